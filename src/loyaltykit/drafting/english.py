"""What gives away an invention in English: patterns over words as `folding` leaves them, a row each."""

from __future__ import annotations

NUMBERS = r"""
(CARDINAL)+(s|es|th|ths|fold|some)?|half(?!way )\w+|(CARDINAL)(day|hour|week|month|year|minute)\w*
twenties|thirties|twentieth\w*|thirtieth|fortieth|fiftieth
second(s)?(?! (chance|wind|nature|thought|thoughts|look))|third(s)?|fifth(s)?|eighth(s)?|ninth(s)?|twelfth(s)?
twice|thrice|(double|doubled|doubles|doubling)(?! check)|triple\w*|quadrupl\w*|tenfold|twofold|threefold
half|halves|halved|quarter(s)?|zero|nil|fortnight\w*|decade(s)?|century|centuries|couple of|pair of|umpteen
(one|single|a couple) (UNIT)
"""
"""Numbers in words."""

CARDINALS = r"""
two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen
nineteen|twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion
dozen|zillion
"""

OUTCOMES = r"""
pass|succeed|win|earn|master|ace|get hired|get a job|get the job|land|become|be hired|never fail|be fluent
"""

UNITS = r"""
day(s)?|hour(s)?|week(s)?|month(s)?|year(s)?|minute(s)?|second(s)?|lesson(s)?|class(es)?|task(s)?|quiz(zes)?
point(s)?|star(s)?|seat(s)?|place(s)?|spot(s)?|percent|module(s)?|course(s)?|session(s)?|webinar(s)?|meeting(s)?
attempt(s)?|evening(s)?|weekend(s)?|click(s)?|dollar(s)?|euro(s)?|buck(s)?
"""
"""What is counted."""

PRICES = r"""
dollar(s)?|buck(s)?|euro(s)?|pound(s)?|ruble(s)?|rouble(s)?|cent(s)?|penny|pennies|pence|quid|usd|eur|rub|gbp|kzt
uah|cny|inr|yen|yuan|rupee(s)?|a grand
(?<!feel )(?<!stress )(?<!hassle )(?<!distraction )free(?! (time|moment|evening|hand|hands)\b)|freebie(s)?|freeof
complimentary|gratis|on the house|no charge|without charge|at no (\w+ )?cost|costs? (you )?nothing|no cost
as (a|an|our|your) (\w+ )?(gift|present|bonus|extra)|gifts|presents|giveaway(s)?|bonus(es)?|gift card(s)?|prize(s)?
(get|have|claim) (a|your) (\w+ )?(gift|present)|gifted|thrown in|throw in|for (next to )?nothing|halfoff|half off|bogo
discount\w*|sale|sales|coupon(s)?|promo|promocode(s)?|voucher(s)?|cashback|refund\w*|rebate(s)?|bargain(s)?
instalment(s)?|installment(s)?|markdown
pric(e|es|ed|ing|ey)|cheap\w*|affordabl\w*|fee|fees|pay(?! attention)|pays|paid|paying|payment(s)?|money|cash
percent|per cent|pct
cost|costs|costing|percentage|save (up|big|money|more)|saving(s)?|worth of|economy price|it s on us
"""
"""Prices, and what stands for one."""

PROMISES = r"""
always works|never fails|(won|can|don) t fail|(will|can|can ?not|could) (not|never) fail|not fail
guarant\w*|warrant\w*|promis\w+|pledge\w*|vow(s|ed)?|swear\w*|sworn|assur\w+|ensur\w+|insured|no commitment(s)?
no obligation(s)?
(definitely|certainly|surely|absolutely|undoubtedly|inevitably|for sure) (\w+ )?(OUTCOME|work|works|help|helps)
(pass|succeed|win|get hired) for (sure|certain)
(you|u|we) (ll|will|shall|are going to|are sure to|are bound to|re (going|sure|bound) to) (\w+ )?(OUTCOME)
(?<!be )(?<!make )sure to|(bound|certain|destined) to|no (\w+ )?risk\w*|risk free|riskless|money back|moneyback
can ?(t|not) (fail|lose|go wrong)|impossible to fail|never fail|fail proof|foolproof|failsafe|without fail
for life|lifetime|forever|for ever|unlimited|limitless|no strings|our word|my word|word of hono\w*|rest assured
best in the (world|country)|nothing to lose|count on it|job placement|employment|employed|hired|no doubt
success is (yours|certain)|mark my words|trust us
"""
"""Promises and guarantees."""

DEADLINES = r"""
clock is ticking|tick tock|time is running
january|february|april|june|july|august|september|october|november|december|(in|by|until|till|before|after) may
(in|by|until|till|before|after|of|this|next|on|from) (march|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)
monday(s)?|tuesday(s)?|wednesday(s)?|thursday(s)?|friday(s)?|saturday(s)?|sunday(s)?
(on|by|until|till|before) (mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)
today\w*|(?<!from )right now|this (very )?(morning|afternoon|evening|minute|hour|day)|same day|in no time
(by|before) (evening|morning|lunch|dinner|nightfall)|immediately|instantly|any (day|minute|moment) now|round the clock
tomorrow\w*|yesterday|tonight|midnight|noon|midday|weekend(s)?|overnight
(only|just|by|until|till|ends|end|expires) today|today (only|is the last)
(next|this|coming) (week|month|year|weekend|quarter|summer|autumn|fall|winter|spring)
end of (the |this |next )?(day|week|month|year|quarter|summer|season)
(in|within|for|after|before) (an?|the next|the|the coming|a few|several|few|just an?|some) (UNIT)
(UNIT) (left|remaining|to go|away|from now|only)
(few|last|limited|only) (\w+ )?(seats|spots|places|days|hours|minutes)
(last|final|only) (day|days|chance|hour|hours|call|minute|week|opportunity)|(?<!no )hurry\w*|act (now|fast|quickly)
act today|don t miss out|running out|time is (up|short)|limited (time|offer|edition)|while (it|they|stocks?) lasts?
(ends|closes|closing|ending|disappears|vanishes|gone) (soon|today|shortly)|(soon|almost) gone
before it s (too late|gone)
(expire\w*|expiring|deadline(s)?|due by|valid until|ends on|available until)(?!( [^|\s]+){0,2} FACT)
"""
"""Dates and deadlines. ``FACT`` stands for a placeholder: a deadline that a fact names is no invention."""

MACROS = {"CARDINAL": CARDINALS, "OUTCOME": OUTCOMES, "UNIT": UNITS}
"""What the words in capitals stand for."""
