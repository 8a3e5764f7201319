"""What hosts mount: pages of ours inside a site of theirs."""

from loyaltykit.integrations.press_pages import press_pages

__all__ = ["press_pages"]
