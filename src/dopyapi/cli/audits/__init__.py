"""What costs money or trust for nothing: rules, each a small function over what an account has.

finding.py       what a rule finds, and how grave that is
rules.py         the table of rules: what each needs to know, and where it is
storage.py addresses.py machines.py firewalls.py balancers.py certificates.py dns.py     the rules, by what they look at
ranges.py        networks that are DigitalOcean's
report.py        findings as text
"""
