"""A debbugs on loopback: a real HTTP server that speaks its SOAP, over scripted bugs, with faults to order.

`world` is the tracker itself (bugs, mail, what a command does), `server` puts it on the network, `facts` holds what
it serves when nobody scripts it. `python -m tests.doubles.debbugs --port 0` runs it by hand.
"""
