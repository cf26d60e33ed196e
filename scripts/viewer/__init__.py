"""The step viewer: every execution of the workflows on a page in the browser, step by step.

    .venv/bin/python -m scripts.inspect --serve                          # the local cloud
    .venv/bin/python -m scripts.inspect --serve --stack discord-gacha    # a stack on AWS

It only reads, with the operator's own credentials, and asks Step Functions, DynamoDB and, for
Express workflows, CloudWatch Logs. `site.Viewer` answers requests and knows no sockets, so that any
server can hand it the paths under a folder of its own; `server` is the one that `--serve` starts.
"""
