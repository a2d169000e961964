"""`byname selftest`: plays customer and staff by real mail through the deployed stack, and tells how it went.

play                        the whole of it: set up, the scenes, take everything away again
by_mail, by_form            the scenes; `scene` is what they share
plan                        what would be done and sent, in words
deployed                    what the stack says of itself: where everything is, the team, the keys
run, diary                  one test's own names, and the row by which the next test finds what this one left
postbox                     the test customer's mailbox: a receipt rule for as long as the test runs
posting, ears               sending by SES, and what SES tells of each mail, heard beside byname
desk_rows                   what byname made of a mail, read from its table
signing                     whose mail SES can sign, so that a colleague can be played
mails, arrived, checks      pure: what is sent, what came, and what is wrong with it
telling, patience           each step with its outcome, as it happens; waiting without fixed times
evidence, causes            when a step fails: what can be found out, and what it most likely means
tidy, traces                every row and object the test caused, and their end
"""
