"""`byname doctor`: is all of it well? Every check gathers facts and judges them; every fault comes with its mend.

place         where we look: the account, the stack, DNS, team.toml; each thing asked for once
finding       what a check says: well, could be better, broken; the words and the mend
sending       may this account send, how much, at which price; do SES's reports come back?
domains       our own domains: as SES sees them, and their records in DNS
providers     who carries a domain's mail, known by its MX, and what to click there
staff_mail    will the replies of the people who answer be believed?
receiving     the way in: the receipt rule, the forwarding of the public address, what came lately
stack         CloudFormation's state, its parameters, functions, logs, concurrency
code          do the functions run what this checkout holds?
watch         alarms and who hears them, what was laid aside, the sweep
letters       letters that wait or are held, and the keys of reply addresses
team          the team in force and the file here; how long its holidays reach
checks        all of them, in the order they are shown
"""
