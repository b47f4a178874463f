"""Sending: what stands in the outbox goes out, once, under the Message-ID it was committed with.

A row is `sending` from before the first byte until the server's answer is committed. A run that finds such a row
asks the server first, and repeats only what the server cannot vouch for, under the same Message-ID.
"""
