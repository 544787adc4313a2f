"""Code before and after comes in, TensorFlow runs both, and what differs in values and gradients goes out.

Only the script runner.py imports TensorFlow, in processes of its own: no other module here needs it.
"""
