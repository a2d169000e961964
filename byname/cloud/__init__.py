"""byname on AWS: package it, put it there, look after it, take it away. Never shipped to Lambda.

account                      credentials, region, AWS's errors in plain words: what every command begins with
whose_stack                  refuses another product's stack, for every command
package*                     the zip and the template: package_stage → Chalice → package_zip
deploy_command               footing (may it stand here?) → package → artifacts → change_set → stack → deploy_mail
  leftovers                  what an earlier installation left, taken over
  identity, receiving        SES: the domain, and the rule by which mail comes in
  next_steps                 what is to be done now, said at the end
dns_command                  records (which) → look_up (seen?) → dns_report; zone_file and route53 write them
destroy_command              belongings (what is ours) → leaving (close the way in) → last_mails → the rest
team_command                 team_store (versions in the bucket), team_changes (what differs, in words)
status_command               desk_now (who waits), queues
doctor/                      checks by subject; its own map is in its __init__
selftest/                    customer and colleague played by real mail; likewise
"""
