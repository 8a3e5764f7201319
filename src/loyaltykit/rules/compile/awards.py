"""Code for awards: multipliers, limits and caps, posting to a point, and what else a rule gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile import boards, reversals, waiting
from loyaltykit.rules.compile.writer import identifier
from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.tree import Arithmetic, Const, History, Node, Ref, alike
from loyaltykit.rules.plan.chances import REFERRALS
from loyaltykit.rules.runtime import amounts, giving, history, lots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.rules.compile.context import Function
    from loyaltykit.rules.plan import Accrue, ActiveWhen, Fire, Follow, PeriodCap, Points, Track

_STANDING = {"points", "level", "tier", "badge", "quest", "entitlement", "segment"}


def fire_rules(fn: Function, found: list[Fire]) -> None:
    """The rules phase of one event type: conditions see the standing before the event, awards are posted in order."""
    factors = multipliers(fn, found)
    hoisted = {number: _hoist(fn, rule, number) for number, rule in enumerate(found) if sees_standing(rule)}
    for number, rule in enumerate(found):
        if rule.idle:
            continue
        fn(f"# {rule.source}" if rule.source.isascii() else "# a rule")
        one_rule(fn, rule, factors, hoisted.get(number))


def sees_standing(rule: Fire) -> bool:
    """Whether a rule reads what other rules of the same event may have changed meanwhile."""
    nodes: list[Node | None] = [rule.when, rule.key, rule.limit.by if rule.limit else None]
    nodes += [award.amount for award in rule.follow.awards]
    return any(_standing(read) for node in nodes if node is not None for read in depends(node))


def _standing(read: Ref | History) -> bool:
    return read.function == "earned" if isinstance(read, History) else read.path[0] in _STANDING


def _hoist(fn: Function, rule: Fire, number: int) -> dict[str, str]:
    """Evaluate a rule's condition and amounts before anything is posted; the names that hold them."""
    names = {"when": f"met{number}"}
    fn(f"met{number} = {condition(fn, rule)}")
    for place, award in enumerate(rule.follow.awards):
        names[award.point] = f"amount{number}_{place}"
        fn(f"amount{number}_{place} = {fn.value(award.amount)} if met{number} else None")
    return names


def condition(fn: Function, rule: Fire) -> str:
    """The whole condition of a rule: its dates, its weekdays, its `when`."""
    parts = list(active(fn, rule.active))
    if rule.when is not None:
        when = fn.truth(rule.when)
        parts.append(f"({when})" if parts else when)
    return " and ".join(parts) or "True"


def active(fn: Function, when: ActiveWhen | None) -> Iterator[str]:
    """Sources of the conditions that a rule is in force."""
    if when is None:
        return
    if when.start is not None:
        yield f"{fn.day()} >= {when.start}"
    if when.end is not None:
        yield f"{fn.day()} <= {when.end}"
    if when.weekdays:
        yield f"({fn.day()} + 3) % 7 in {fn.constant(frozenset(when.weekdays))}"


def multipliers(fn: Function, found: Iterable[Fire]) -> dict[str, str]:
    """By point, the local name of the factor of this event: multiplying rules and tier benefits, stacked."""
    found = list(found)
    factors: dict[str, list[str]] = {}
    for rule in found:
        for award in rule.multiply:
            met = condition(fn, rule)
            value = fn.value(award.amount)
            factors.setdefault(award.point, []).append(value if met == "True" else f"({value} if {met} else None)")
    awarded = {award.point for rule in found for award in rule.follow.awards}
    for point, source in benefits(fn, "s[{slot}]"):
        if point in awarded:
            factors.setdefault(point, []).append(source)
    names = {}
    for number, (point, sources) in enumerate(factors.items()):
        names[point] = identifier("m", point, number)
        fn(f"{names[point]} = {_stacked(fn, point, sources)}")
    return names


def benefits(fn: Function, rank: str) -> Iterator[tuple[str, str]]:
    """(point, source of the factor) of every tier benefit; `rank` is a template over {slot}."""
    for tier in fn.plan.tiers:
        for point, by_rank in tier.multiply:
            none = None if fn.module.points[point].stack == "highest" else 1  # no benefit takes no part in that
            table = fn.constant(tuple(none if factor is None else factor for factor in (*by_rank, None)))
            yield point, f"{table}[{rank.format(slot=tier.slot)}]"


def _stacked(fn: Function, point: str, sources: list[str]) -> str:
    stack = fn.module.points[point].stack
    if len(sources) == 1 and sources[0].endswith("]") and stack != "highest":
        return sources[0]
    return f"{fn.module.helper(amounts.factor_of)}({stack!r}, [{', '.join(sources)}])"


def one_rule(fn: Function, rule: Fire, factors: dict[str, str], hoisted: dict[str, str] | None) -> None:
    """A rule's code: condition, key, limit, then what it gives."""
    met = hoisted["when"] if hoisted else condition(fn, rule)
    if rule.reverse is not None:
        with _Open() if met == "True" else fn.block(f"if {met}:"):
            taken = reversals.take_back(fn, rule)
            with fn.block(f"if key is not None{'' if rule.follow.empty else f' and {taken}'}:"):
                if rule.follow.empty:
                    fn(taken)
                consequences(fn, rule.follow, fn.constant(rule.source), "eid")
        return
    if rule.kept is not None and rule.kept.revise:
        _revising(fn, rule, factors, hoisted or {})
        return
    with _Open() if met == "True" else fn.block(f"if {met}:"), _Keyed(fn, rule), _Limited(fn, rule.limit):
        _give(fn, rule, factors, hoisted or {})


def _revising(fn: Function, rule: Fire, factors: dict[str, str], hoisted: dict[str, str]) -> None:
    """A rule that revises: for a key that has given, the difference to what it gives now; else as any other."""
    days = " and ".join(active(fn, rule.active))
    with fn.block(f"if {days}:") if days else _Open():
        when = hoisted.get("when") or ("True" if rule.when is None else fn.truth(rule.when))
        reversals.key(fn, rule)
        with fn.block(f"if key in s[{rule.key_slot}]:"):
            wanted = []
            for award in rule.follow.awards:
                point = fn.module.points[award.point]
                rounding = fn.module.helper(amounts.ROUNDING[point.rounding])
                value = hoisted.get(award.point) or fn.value(award.amount)
                factor = factors.get(award.point) or 1
                call = f"{fn.module.helper(amounts.units)}({value}, {factor}, {point.unit}, {rounding})"
                wanted.append((award.point, call if when == "True" else f"{call} if {when} else 0"))
            reversals.revise(fn, rule, wanted, _carry(fn, rule))
        with fn.block(f"elif {'' if when == 'True' else f'({when}) and '}key is not None:"), _Limited(fn, rule.limit):
            _give(fn, rule, factors, hoisted)


def _carry(fn: Function, rule: Fire) -> str:
    """Source of the facts that go with the points."""
    if not rule.carry:
        return "None"
    return "{" + ", ".join(f"{fn.constant(name)}: {fn.value(node)}" for name, node in rule.carry) + "}"


class _Keyed:
    """Code around a rule with a key: once per value."""

    def __init__(self, fn: Function, rule: Fire) -> None:
        self.fn, self.rule = fn, rule

    def __enter__(self) -> None:
        if self.rule.key is None:
            return
        helper = self.fn.module.helper(history.key_of)
        self.fn(f"key = {helper}({self.fn.value(self.rule.key)})")
        self.fn(f"if key is not None and key not in s[{self.rule.key_slot}]:")
        self.fn.body.depth += 1

    def __exit__(self, *_: object) -> None:
        if self.rule.key is not None:
            self.fn.body.depth -= 1


class _Limited:
    """Code around something with a limit: only while some of it is left."""

    def __init__(self, fn: Function, limit: PeriodCap | None) -> None:
        self.fn, self.limit = fn, limit

    def __enter__(self) -> None:
        limit = self.limit
        if limit is None:
            return
        cell = f"s[{limit.slot}]"
        if limit.by is not None:
            number = self.fn.period_of(limit) if limit.period else "None"
            helper = self.fn.module.helper(amounts.cell_by)
            self.fn(f"limit = {helper}({cell}, {self.fn.value(limit.by)}, {number})")
            self.fn(f"if {left(self.fn, limit, 'limit')} > 0:")
        else:
            self.fn(f"limit = {cell}")
            self.fn(f"if {left(self.fn, limit, 'limit')} > 0:")
        self.fn.body.depth += 1

    def __exit__(self, *_: object) -> None:
        if self.limit is not None:
            self.fn.body.depth -= 1


def left(fn: Function, cap: PeriodCap, cell: str) -> str:
    """Source of how much of a limit or cap is left."""
    if cap.period is not None:
        return f"{fn.module.helper(amounts.left_in_period)}({cell}, {fn.period_of(cap)}, {cap.amount})"
    cutoff = fn.cutoff(cap.rolling or 0, cap.months)
    return f"{fn.module.helper(amounts.left_rolling)}({cell}, {cutoff}, {cap.amount})"


def use(fn: Function, cap: PeriodCap, cell: str, amount: str) -> None:
    """Count something against a limit or cap."""
    if cap.period is not None:
        fn(f"{cell}[1] += {amount}")
    else:
        fn(f"{fn.module.helper(amounts.use_rolling)}({cell}, at, {amount})")


def _give(fn: Function, rule: Fire, factors: dict[str, str], hoisted: dict[str, str]) -> None:
    """Post the awards; what else the rule gives, its limit and its key follow when something was given."""
    caps = dict(rule.caps)
    certain = False
    many = len(rule.follow.awards) > 1
    if many:
        fn("gave = 0")
    if rule.kept is not None:
        fn("kept, asked = {}, {}")
    for award in rule.follow.awards:
        amount = _amount(fn, award, factors.get(award.point), hoisted.get(award.point))
        certain = _award(fn, rule, award, amount, caps.get(award.point), many=many)
        if rule.kept is not None and certain:
            reversals.noted(fn, award.point, amount, amount)
        elif rule.kept is not None:
            capped = caps.get(award.point) or fn.module.points[award.point].cap
            with fn.block("if n > 0:"):
                reversals.noted(fn, award.point, "n", "wanted" if capped else "n")
    rest = _rest(fn, rule)
    if not rest:
        return
    if not rule.follow.awards or (certain and len(rule.follow.awards) == 1):
        _then(fn, rule)
    else:
        with fn.block("if gave:" if len(rule.follow.awards) > 1 else "if n > 0:"):
            _then(fn, rule)


def _rest(fn: Function, rule: Fire) -> bool:
    follow = rule.follow
    return bool(rule.limit or rule.key is not None or follow.grants or follow.badges or follow.sends)


def _then(fn: Function, rule: Fire) -> None:
    if rule.kept is not None:
        reversals.keep(fn, rule)
    elif rule.key is not None:
        fn(f"s[{rule.key_slot}][key] = 1")
    if rule.limit is not None:
        use(fn, rule.limit, "limit", "1")
    if rule.kept is not None and rule.kept.early is not None:
        reversals.come_true(fn, rule, rule.kept.early)
    consequences(fn, rule.follow, fn.constant(rule.source), "eid")


def _amount(fn: Function, award: Accrue, factor: str | None, hoisted: str | None) -> str:
    """Source of the smallest units wanted; a plain number where nothing can change it."""
    point = fn.module.points[award.point]
    rounding = amounts.ROUNDING[point.rounding]
    if isinstance(award.amount, Const) and factor is None:
        return str(amounts.units(award.amount.value, 1, point.unit, rounding))  # type: ignore[arg-type]  # numeric
    if factor is None and hoisted is None and point.unit == 1 and point.rounding == "down" and _plain(award.amount):
        return "{" + _arithmetic(fn, award.amount) + "}"
    value = hoisted or fn.value(award.amount)
    call = f"{fn.module.helper(amounts.units)}({value}, {factor or 1}, {point.unit}, {fn.module.helper(rounding)})"
    if isinstance(award.amount, Const) and factor is not None and factor.isidentifier():
        known = amounts.units(award.amount.value, 1, point.unit, rounding)  # type: ignore[arg-type]  # numeric
        return f"{known} if {factor} == 1 else {call}"
    return call


def _plain(node: Node) -> bool:
    """Whether an amount is sums and products of event fields that cannot be null: no step of it needs a look."""
    match node:
        case Arithmetic(operator="+" | "-" | "*", left=left, right=right, type=kind):
            return (kind.kind == "number" or not kind.nullable) and _plain(left) and _plain(right)
        case Const(value=int() | float()):
            return True
        case Ref(path=("event", _), type=kind):
            return kind.kind == "number" and not kind.nullable and node.path[1] not in ("at", "nth", "gap")
    return False


def _arithmetic(fn: Function, node: Node) -> str:
    match node:
        case Arithmetic(operator=operator):
            like = alike(node)
            return f"({_arithmetic(fn, like.left)} {operator} {_arithmetic(fn, like.right)})"
    return fn.value(node)


def _put_amount(fn: Function, amount: str, point: Points) -> None:
    """Write `n`, the smallest units wanted; a source in braces is a plain sum, rounded in line."""
    if amount.startswith("{"):
        _quick_amount(fn, amount[1:-1], point)
    else:
        fn(f"n = {amount}")


def _quick_amount(fn: Function, source: str, point: Points) -> None:
    """Rounding down in line: below 2**31, floor(rint(x * 2**20) / 2**20) is floor(x + 2**-21)."""
    fn(f"n = {source.removeprefix('(').removesuffix(')') if source.count('(') == 1 else source}")
    with fn.block(f"if 0.0 < n < {2.0**31}:"):
        fn(f"n = int(n + {2**-21})")
    with fn.block("else:"):
        rounding = fn.module.helper(amounts.ROUNDING[point.rounding])
        fn(f"n = {fn.module.helper(amounts.units)}(n, 1, 1, {rounding})")


def _award(fn: Function, rule: Fire, award: Accrue, amount: str, cap: PeriodCap | None, *, many: bool) -> bool:
    """Cap and post one award; whether it is certain to give something."""
    source, carry = fn.constant(rule.source), _carry(fn, rule)
    point = fn.module.points[award.point]
    caps = [one for one in (cap, point.cap) if one is not None]
    if amount.isdigit() and not caps:
        if amount != "0":
            post(fn, point, amount, source, "eid", carry=carry)
            if many:
                fn("gave = 1")
        else:
            fn("n = 0")
        return amount != "0"
    _put_amount(fn, amount, point)
    with fn.block("if n > 0:"):
        wanted = "None"
        if caps:
            fn("wanted = n")
            for one in caps:
                fn(f"n = min(n, {left(fn, one, f's[{one.slot}]')})")
            wanted = "wanted if n < wanted else None"
            if fn.record:
                with fn.block("if n <= 0:"):
                    fn.out(f"('capped', at, eid, {source}, eid, {fn.constant(point.id)}, wanted)")
        with fn.block("if n > 0:") if caps else _Open():
            post(fn, point, "n", source, "eid", wanted=wanted, carry=carry)
            for one in caps:
                use(fn, one, f"s[{one.slot}]", "n")
            if many:
                fn("gave = 1")
    return False


class _Open:
    """No block at all."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def give_follow(fn: Function, follow: Follow, factors: dict[str, str]) -> None:
    """Code of what follows from something, within the limit that it may have."""
    source = fn.constant(follow.source)
    caps = dict(follow.caps)
    with _Limited(fn, follow.limit):
        if follow.limit is not None and follow.awards:
            fn("gave = 0")
        for award in follow.awards:
            award_plain(fn, award, factors.get(award.point), source, caps.get(award.point))
            if follow.limit is not None:
                fn("gave += n > 0")
        if follow.limit is None:
            consequences(fn, follow, source, "occ")
            return
        with fn.block("if gave:") if follow.awards else _Open():
            use(fn, follow.limit, "limit", "1")
            consequences(fn, follow, source, "occ")
    if follow.source == REFERRALS:
        with fn.block("else:"):
            told = "{'state': 'refused', 'reason': 'limit'}"
            fn.out(f"('effect', at, eid, {source}, occ, 'referral', 'limit', {told})")


def award_plain(fn: Function, award: Accrue, factor: str | None, source: str, cap: PeriodCap | None) -> None:
    """Post an award outside the rules on events: multiplied by tier benefits."""
    point = fn.module.points[award.point]
    occurrence = "occ"
    _put_amount(fn, _amount(fn, award, factor, None), point)
    wanted = "None"
    caps = [one for one in (cap, point.cap) if one is not None]
    if caps:
        fn("wanted = n")
        for one in caps:
            fn(f"n = min(n, {left(fn, one, f's[{one.slot}]')})")
        wanted = "wanted if n < wanted else None"
        with fn.block("if n <= 0 < wanted:"):
            fn.out(f"('capped', at, eid, {source}, {occurrence}, {fn.constant(point.id)}, wanted)")
    with fn.block("if n > 0:"):
        post(fn, point, "n", source, occurrence, wanted=wanted)
        for one in caps:
            use(fn, one, f"s[{one.slot}]", "n")


def post(
    fn: Function,
    point: Points,
    amount: str,
    source: str,
    occurrence: str,
    *,
    wanted: str = "None",
    carry: str = "None",
) -> None:
    """Post an award: the balance or a lot, the `earned` windows, and the ledger line."""
    name = fn.constant(point.id)
    ready = "None, None"
    fn.touched.add(point.slot)
    if point.lots is None:
        fn(f"s[{point.slot}] += {amount}")
    else:
        fn.touched |= {point.slot + 1, point.slot + 2}
        config = fn.module.names.constant(point.lots, "lots")
        key = waiting.key(fn, point)
        more = f", {carry}, {key}" if key != "None" else f", {carry}" if carry != "None" else ""
        given = f"{amount}, {source}, {occurrence}, {fn.module.zone}{more}"
        call = f"{fn.module.helper(lots.accrue)}(s, {point.slot}, {config}, at, {given})"
        fn(f"ready, expires = {call}" if fn.record else call)
        ready = "ready, expires"
    for track in fn.plan.tracks:
        if track.function == "earned" and track.field == point.id:
            fn.touched.add(track.slot)
            _track_earned(fn, track, amount)
    boards.on_award(fn, point.id, amount)
    if fn.record:
        fn.out(f"('accrual', at, eid, {source}, {occurrence}, {name}, {amount}, {wanted}, {ready})")


def _track_earned(fn: Function, track: Track, amount: str) -> None:
    if track.period is not None:
        helper = fn.module.helper(history.update_period)
        total = fn.module.helper(history.total)
        fn(f"{helper}(s[{track.slot}], {fn.number(track.period)}, {total}, int, at, {amount})")
    else:
        helper = fn.module.helper(history.total_window)
        fn(f"{helper}(s[{track.slot}], at, {amount}, {fn.cutoff(track.within or 0, track.months)})")


def consequences(fn: Function, follow: Follow, source: str, occurrence: str) -> None:
    """Code for what follows besides points: badges, rewards, messages."""
    for badge in follow.badges:
        award_badge(fn, badge, source, occurrence)
    for reward in follow.grants:
        grant = fn.module.grants[reward]
        name = fn.module.names.constant(grant, f"reward_{reward}")
        if grant.limited:  # limited for all members together: only the shell can tell
            fn(f"{fn.module.helper(giving.ask)}(s, {name}, at, eid, {source}, {occurrence}, out)")
            continue
        rest = f"{source}, {occurrence}, out, {fn.module.zone}"
        fn(f"{fn.module.helper(giving.grant_now)}(s, {name}, {fn.plan.grants_due}, at, eid, {rest})")
        fn.changed(grant.slot)
    for message in follow.sends:
        fn.out(f"('effect', at, eid, {source}, {occurrence}, 'message', {fn.constant(message)}, None)")


def award_badge(fn: Function, badge: str, source: str, occurrence: str) -> None:
    """Code that awards a badge which is not held yet."""
    award = fn.module.badges[badge]
    with fn.block(f"if s[{award.slot}] {'in (-1, -2)' if award.waits else '== -1'}:"):
        fn(f"s[{award.slot}] = 0")
        fn(f"s[{award.slot + 1}] = at")
        step = award.names[0] if award.names else None
        data = "None" if step is None else f"{{'step': {fn.constant(step)}}}"
        fn.out(f"('effect', at, eid, {source}, {occurrence}, 'badge', {fn.constant(badge)}, {data})")
        fn.follow(award.follow, occurrence)
        fn.changed(award.slot)
