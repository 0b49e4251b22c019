"""DigitalOcean as Python objects, and a DigitalOcean that runs on your laptop.

```python
import dopyapi as do

do.authenticate()
for droplet in do.Droplet.list.all():
    print(droplet.name, droplet.status)
```

Every name is loaded when it is first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as checkers know it; importing typing would take ten times as long as all the rest

__version__ = "1.0.0.dev0"

_HOMES = {
    "account": ["Account"],
    "actions": ["Action", "ActionGroup"],
    "auth": ["Auth", "authenticate"],
    "clients": ["Client", "RetryPolicy", "using"],
    "common": ["DOJSONEncoder"],
    "droplets": ["Droplet"],
    "errors": [
        "APIError",
        "BlockingLoadWarning",
        "CutShortWarning",
        "ActionFailed",
        "AuthenticationNeeded",
        "ClientError",
        "ClientForbiddenError",
        "ConflictError",
        "DOError",
        "DOPyError",
        "DeprecatedFieldWarning",
        "InvalidRequest",
        "NetworkError",
        "NeverReady",
        "PreconditionFailedError",
        "RateLimitError",
        "RequestTimeout",
        "ResourceNotFoundError",
        "UnauthorizedError",
        "UncertainResult",
        "UnknownValueWarning",
        "UnprocessableError",
        "WaitTimeout",
    ],
    "hooks": ["RequestInfo", "Response", "ResponseInfo"],
    "images": ["Distribution", "Image"],
    "listings": ["Listing", "Page"],
    "progress": ["ProgressDisplay"],
    "rates": ["Rate", "RateLimits", "UnsharedRateWarning"],
    "regions": ["Region"],
    "resource": ["Resource"],
    "scopes": ["Recorded", "Recording", "Scopes", "recording", "required_scopes"],
    "sizes": ["Size"],
    "snapshots": ["Snapshot"],
    "sshkeys": ["SSHKey"],
    "tags": ["Tag"],
    "waiting": ["Progress", "wait_all"],
    "domains": ["Domain", "DomainRecord"],
    "certificates": ["Certificate"],
    "cdns": ["CDN"],
    "vpcs": ["VPC", "VPCPeering"],
    "projects": ["Project", "Purpose"],
    "volumes": ["Volume"],
    "floating_ips": ["FloatingIP"],
    "reserved_ips": ["ReservedIP", "ReservedIPv6"],
    "databases": ["DatabaseCluster", "DatabaseConnectionPool", "DatabaseFirewall"],
    "firewalls": ["Firewall", "InboundRule", "Location", "OutboundRule", "RuleError"],
    "loadbalancers": ["ForwardingRule", "HealthCheck", "LoadBalancer", "StickySession"],
    "registry": ["Registry", "Repository", "RepositoryTag"],
    "bills": ["Balance", "BillingHistory", "BillingInsight"],
    "invoices": ["Invoice", "InvoiceItem", "InvoiceSummary"],
    "doks": ["DOKS", "NodePool"],
    "clickapps": ["ClickApp"],
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", "images", "sizes", "testing", *_MODULE_OF]  # pyright: ignore - names of _HOMES

if TYPE_CHECKING:
    from typing import Any

    from . import account as account
    from . import actions as actions
    from . import auth as auth
    from . import bills as bills
    from . import cdns as cdns
    from . import certificates as certificates
    from . import clickapps as clickapps
    from . import common as common
    from . import databases as databases
    from . import doks as doks
    from . import domains as domains
    from . import droplets as droplets
    from . import errors as errors
    from . import firewalls as firewalls
    from . import floating_ips as floating_ips
    from . import hooks as hooks
    from . import images as images
    from . import invoices as invoices
    from . import loadbalancers as loadbalancers
    from . import projects as projects
    from . import rates as rates
    from . import regions as regions
    from . import registry as registry
    from . import reserved_ips as reserved_ips
    from . import resource as resource
    from . import scopes as scopes
    from . import sizes as sizes
    from . import snapshots as snapshots
    from . import sshkeys as sshkeys
    from . import tags as tags
    from . import testing as testing
    from . import volumes as volumes
    from . import vpcs as vpcs
    from .account import Account as Account
    from .actions import Action as Action
    from .actions import ActionGroup as ActionGroup
    from .auth import Auth as Auth
    from .auth import authenticate as authenticate
    from .bills import Balance as Balance
    from .bills import BillingHistory as BillingHistory
    from .bills import BillingInsight as BillingInsight
    from .cdns import CDN as CDN
    from .certificates import Certificate as Certificate
    from .clickapps import ClickApp as ClickApp
    from .clients import Client as Client
    from .clients import RetryPolicy as RetryPolicy
    from .clients import using as using
    from .common import DOJSONEncoder as DOJSONEncoder
    from .databases import DatabaseCluster as DatabaseCluster
    from .databases import DatabaseConnectionPool as DatabaseConnectionPool
    from .databases import DatabaseFirewall as DatabaseFirewall
    from .doks import DOKS as DOKS
    from .doks import NodePool as NodePool
    from .domains import Domain as Domain
    from .domains import DomainRecord as DomainRecord
    from .droplets import Droplet as Droplet
    from .errors import ActionFailed as ActionFailed
    from .errors import APIError as APIError
    from .errors import AuthenticationNeeded as AuthenticationNeeded
    from .errors import BlockingLoadWarning as BlockingLoadWarning
    from .errors import ClientError as ClientError
    from .errors import ClientForbiddenError as ClientForbiddenError
    from .errors import ConflictError as ConflictError
    from .errors import CutShortWarning as CutShortWarning
    from .errors import DeprecatedFieldWarning as DeprecatedFieldWarning
    from .errors import DOError as DOError
    from .errors import DOPyError as DOPyError
    from .errors import InvalidRequest as InvalidRequest
    from .errors import NetworkError as NetworkError
    from .errors import NeverReady as NeverReady
    from .errors import PreconditionFailedError as PreconditionFailedError
    from .errors import RateLimitError as RateLimitError
    from .errors import RequestTimeout as RequestTimeout
    from .errors import ResourceNotFoundError as ResourceNotFoundError
    from .errors import UnauthorizedError as UnauthorizedError
    from .errors import UncertainResult as UncertainResult
    from .errors import UnknownValueWarning as UnknownValueWarning
    from .errors import UnprocessableError as UnprocessableError
    from .errors import WaitTimeout as WaitTimeout
    from .firewalls import Firewall as Firewall
    from .firewalls import InboundRule as InboundRule
    from .firewalls import Location as Location
    from .firewalls import OutboundRule as OutboundRule
    from .firewalls import RuleError as RuleError
    from .floating_ips import FloatingIP as FloatingIP
    from .hooks import RequestInfo as RequestInfo
    from .hooks import Response as Response
    from .hooks import ResponseInfo as ResponseInfo
    from .images import Distribution as Distribution
    from .images import Image as Image
    from .invoices import Invoice as Invoice
    from .invoices import InvoiceItem as InvoiceItem
    from .invoices import InvoiceSummary as InvoiceSummary
    from .listings import Listing as Listing
    from .listings import Page as Page
    from .loadbalancers import ForwardingRule as ForwardingRule
    from .loadbalancers import HealthCheck as HealthCheck
    from .loadbalancers import LoadBalancer as LoadBalancer
    from .loadbalancers import StickySession as StickySession
    from .progress import ProgressDisplay as ProgressDisplay
    from .projects import Project as Project
    from .projects import Purpose as Purpose
    from .rates import Rate as Rate
    from .rates import RateLimits as RateLimits
    from .rates import UnsharedRateWarning as UnsharedRateWarning
    from .regions import Region as Region
    from .registry import Registry as Registry
    from .registry import Repository as Repository
    from .registry import RepositoryTag as RepositoryTag
    from .reserved_ips import ReservedIP as ReservedIP
    from .reserved_ips import ReservedIPv6 as ReservedIPv6
    from .resource import Resource as Resource
    from .scopes import Recorded as Recorded
    from .scopes import Recording as Recording
    from .scopes import Scopes as Scopes
    from .scopes import recording as recording
    from .scopes import required_scopes as required_scopes
    from .sizes import Size as Size
    from .snapshots import Snapshot as Snapshot
    from .sshkeys import SSHKey as SSHKey
    from .tags import Tag as Tag
    from .volumes import Volume as Volume
    from .vpcs import VPC as VPC
    from .vpcs import VPCPeering as VPCPeering
    from .waiting import Progress as Progress
    from .waiting import wait_all as wait_all


def _loaded(name: str) -> Any:
    module = name if name in _HOMES or name == "testing" else _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from ._core.uncollected import Uncollected

    with Uncollected():
        home = import_module(f"{__name__}.{module}")
    if module == name:
        return home
    value = globals()[name] = getattr(home, name)
    return value


if not TYPE_CHECKING:  # so that a checker knows a misspelt name when it sees one
    __getattr__ = _loaded


def __dir__() -> list[str]:
    return sorted(__all__)
