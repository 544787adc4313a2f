"""The statements that running_programs.py draws from: names, branches, functions, classes, loops, containers.

`<kind>` is replaced by something of that kind, `<=kind>` by a name that is bound to one; `{kind}` is a name that the
statement binds, and that stands for something of that kind from there on.
"""

from __future__ import annotations


def blocks(text: str) -> tuple[str, ...]:
    """The parts of a text between empty lines."""
    return tuple(text.strip().split("\n\n"))


STATEMENTS = blocks("""
{raw} = <raw>

{raw} = <raw>

{probs} = <probs>

{probs} = <probs>

{labels} = <labels>

{loss} = <loss>

{loss} = <loss>

{loss} = <scalar>

{loss} = <scalar>

{probs} = <probs>
{loss} = -<tf>reduce_sum(<labels> * <tf>log({probs}), 1)

if flag:
    {raw} = <raw>
else:
    {raw} = <probs>

if flag:
    {loss} = <loss>
else:
    {loss} = <loss>

def f(z, t):
    p = <tf>nn.softmax(z)
    return -<tf>reduce_sum(t * <tf>log(p), 1)
{loss} = f(<raw>, <labels>)

def f(z, t=y, **more):
    return <tf>nn.softmax_cross_entropy_with_logits(logits=z, labels=t)
{loss} = f(<raw>)
{loss2} = f(<probs>, <labels>)

def net(x):
    with <tf>variable_scope('net'):
        z = <tf>matmul(x, W)
        return z, <tf>nn.softmax(z)
{raw}, {probs} = net(x)

class Model(object):
    def __init__(self, x, t):
        self.z = <tf>matmul(x, W) + b
        self.t = t
        self.p = <tf>nn.softmax(self.z)
    @property
    def loss(self):
        return -<tf>reduce_sum(self.t * <tf>log(self.p), 1)
{model} = Model(x, <labels>)
{loss} = {model}.loss
{raw} = {model}.z

class Base(object):
    def out(self, z):
        return <tf>nn.softmax(z)
class Derived(Base):
    def out(self, z):
        return super(Derived, self).out(z) + 1e-9
{probs} = Derived().out(<raw>)

total = 0.0
for k in range(3):
    total += <scalar>
{loss} = total

parts = []
for v in (<raw>, <raw>):
    parts.append(<tf>nn.softmax_cross_entropy_with_logits(logits=v, labels=<=labels>))
{loss} = <tf>add_n(parts)

made = {{'z': <raw>, 'p': <probs>}}
{loss} = <tf>nn.softmax_cross_entropy_with_logits(logits=made['p'], labels=y)

made = dict(logits=<raw>, labels=<labels>)
{loss} = <tf>nn.softmax_cross_entropy_with_logits(**made)

{raw}, {probs} = <raw>, <probs>

nn_ = <tf>nn
log_ = <tf>log
{loss} = -<tf>reduce_sum(y * log_(nn_.softmax(<raw>)), 1)

import functools
xent = functools.partial(<tf>nn.softmax_cross_entropy_with_logits, labels=y)
{loss} = xent(logits=<raw>)

with <tf>name_scope('part'), <tf>control_dependencies([x]):
    {loss} = <loss>

{loss} = (lambda z, t: <tf>nn.softmax_cross_entropy_with_logits(logits=z, labels=t))(<raw>, <labels>)

try:
    {raw} = <raw>
finally:
    pass

{loss} = [<tf>log(v) for v in [<probs>, <probs>]][0]

def outer(z):
    def inner(t):
        return -<tf>reduce_sum(t * <tf>log(<tf>nn.softmax(z)), 1)
    return inner
{loss} = outer(<raw>)(<labels>)

step = <tf>train.GradientDescentOptimizer(0.1).minimize(<scalar>)

{raw} = <raw>
{raw} += 1.0
{loss} = <tf>reduce_mean({raw} * <labels>)

<tf>add_to_collection('kept', <scalar>)
{loss} = <tf>get_collection('kept')[0]

z = <raw>
p = <tf>nn.softmax(z)
z = z * 2.0
{loss} = -<tf>reduce_sum(<labels> * <tf>log(p), 1)

p = <tf>nn.softmax(<raw>)
for k in range(2):
    {loss} = -<tf>reduce_sum(y * <tf>log(p), 1)
    p = <tf>nn.softmax(p * 2.0)

a, c = <raw>, <probs>
p = <tf>nn.softmax(a)
a, c = c, a
{loss} = <tf>reduce_mean(-<tf>reduce_sum(<labels> * <tf>log(p), 1)) + <tf>reduce_mean(a * c)

ps = [<tf>nn.softmax(<raw>), <probs>]
{loss} = -<tf>reduce_sum(<labels> * <tf>log(ps[0]), 1)
ps[0] = ps[1]
{loss2} = -<tf>reduce_sum(<labels> * <tf>log(ps[0]), 1)

class Net(object):
    def __init__(self, z):
        self.logits = z
        self.pred = <tf>nn.softmax(self.logits)
        self.logits = self.logits + <probs>
    def loss(self, t):
        return -<tf>reduce_sum(t * <tf>log(self.pred), 1)
{model} = Net(<raw>)
{model}.logits = {model}.logits * 2.0
{loss} = {model}.loss(<labels>)

def step(z, k):
    p = <tf>nn.softmax(z)
    if k:
        z = z + 1.0
        p = <tf>nn.softmax(z * 2.0)
    return -<tf>reduce_sum(y * <tf>log(p), 1), z
{loss}, {raw} = step(<raw>, flag)

logits = <raw>
def late():
    return -<tf>reduce_sum(y * <tf>log(<tf>nn.softmax(logits)), 1)
logits = logits * 0.5
{loss} = late()

p = <tf>nn.softmax(<raw>) if flag else <tf>nn.softmax(<raw>, name='other')
{loss} = -<tf>reduce_sum(<labels> * <tf>log(p), 1)

p = <probs>
p *= 0.5
{loss} = -<tf>reduce_mean(<tf>reduce_sum(<labels> * <tf>log(p), 1))

k = 0
z = <raw>
while k < 2:
    p = <tf>nn.softmax(z)
    cross = <labels> * <tf>log(p)
    z, k = z + <tf>stop_gradient(p), k + 1
{loss} = <tf>reduce_mean(-<tf>reduce_sum(cross, 1))

log_p = <tf>log(<tf>nn.softmax(<raw>))
{loss} = -<tf>reduce_sum(<labels> * log_p, 1) + 0.1 * <tf>reduce_sum(<tf>exp(log_p) * log_p, 1)

p = 1.0 / (1.0 + <tf>exp(-<raw>))
{loss} = -<tf>reduce_sum(y * <tf>log(p) + (1.0 - y) * <tf>log(1.0 - p), 1)

p = <tf>nn.sigmoid(<raw>)
t = <labels>
{loss} = <tf>reduce_mean(-t * <tf>log(p) - (1 - t) * <tf>log(1 - p), 1)
p = <tf>nn.sigmoid(<raw>)
{loss2} = <tf>reduce_mean(-(t * <tf>log(p) + (1 - t) * <tf>log(1 - p)))

e = <tf>exp(<raw>)
{probs} = e / <tf>reduce_sum(e, 1, keep_dims=True)
{loss} = -<tf>reduce_sum(<labels> * <tf>log({probs}), 1)
""")

END = "out = out + [<tf>gradients(loss, <tf>trainable_variables()) for loss in out]\n"
