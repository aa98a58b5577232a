#!/usr/bin/env python3
"""usage: mail_parts.py FILE: what Python's mail reader finds in a mail, as JSON"""
import email
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
print(json.dumps({
    "headers": {name.lower(): str(value) for name, value in mail.items()},
    "header_names": [name.lower() for name, _ in mail.items()],
    "type": mail.get_content_type(),
    "parts": [{"type": part.get_content_type(), "text": part.get_content()} for part in mail.iter_parts()],
    "defects": [str(d) for part in mail.walk() for d in part.defects],
}))
