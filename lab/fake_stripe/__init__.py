"""A Stripe of our own: an HTTP server that Stripe's own client takes for the real one.

`python -m lab.fake_stripe --port 12111` speaks what a shop needs: PaymentIntents, Checkout
Sessions, refunds, charges, disputes, signed events, idempotency keys with their answers, and lists
in pages. It can be slow, lose requests and answers, and fail after the effect. What it was told it
keeps through `kill -9`, so that its money can be counted against ours at the end. Source of its
behavior: https://docs.stripe.com/api. It was never compared with the real one over the network.

`/control/` is for tests: see `control.py`.
"""
