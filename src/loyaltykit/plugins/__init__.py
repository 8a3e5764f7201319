"""Plug-ins: packages that bring channels, churn models and more, found by entry points of the group ``loyaltykit``.

A package names a module (or an object) in its pyproject.toml,

    [project.entry-points.loyaltykit]
    our-messenger = "our_school.messenger"

and the module has hooks:

    from loyaltykit.plugins import hookimpl

    @hookimpl
    def loyaltykit_channels():
        return [OurMessenger]

Nothing is looked for or imported before `discover` is called. Whatever a plug-in does wrong stays with it: it is named,
logged and left out, and the others are taken. A hook only brings objects; what they do is theirs, behind a protocol.
"""

from loyaltykit.plugins.channel_maker import ChannelMaker, ChannelSpec, Setting, channel_maker
from loyaltykit.plugins.discovering import Plugins, discover
from loyaltykit.plugins.hooks import API, Hooks, hookimpl, hookspec
from loyaltykit.plugins.loading import Brought
from loyaltykit.plugins.looking import Found, Look, discover_safely, look_at_plugins
from loyaltykit.plugins.seams import MODEL_NEEDS, SEAMS, Lacking, Seam

__all__ = [
    "API",
    "MODEL_NEEDS",
    "SEAMS",
    "Brought",
    "ChannelMaker",
    "ChannelSpec",
    "Found",
    "Hooks",
    "Lacking",
    "Look",
    "Plugins",
    "Seam",
    "Setting",
    "channel_maker",
    "discover",
    "discover_safely",
    "hookimpl",
    "hookspec",
    "look_at_plugins",
]
