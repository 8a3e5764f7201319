"""Delivery beside receivers that reset, stall and lie."""
