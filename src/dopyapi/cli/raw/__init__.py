"""What `dopy api` sends: any request.

places.py   where a path is
bodies.py   what is sent
walking.py  all pages of a listing
"""
