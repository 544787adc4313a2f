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
""")

END = "out = out + [<tf>gradients(loss, <tf>trainable_variables()) for loss in out]\n"
