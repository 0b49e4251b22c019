"""Snapshots in rotation: a new one is taken, and of those taken before the oldest go.

names.py    how snapshots are called that are in rotation, so that no other is ever deleted
plan.py     what is kept and what goes
running.py  what is done to one Droplet or volume
"""
