"""Ansible's dynamic inventory.

groups.py      which groups a Droplet is in, and what Ansible lets them be called
hosts.py       what a host is called, and its variables
"""
