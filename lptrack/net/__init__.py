"""The network: one requests session whose transport carries the whole policy, for every tracker and every web log.

`open_session` (lptrack.net.session) is the way in. Of trackers it knows the `Settings`.
"""
