"""An owner's own gacha, from what is typed and uploaded to a banner file.

`cards`: the server's cards, for life. `draft`: a banner that is being made. `edits`: what can be
done to it. `sheets`: rows out of tables and lines. `compiling`: draft → banner file and look.
`preview`: what the owner sees before publishing. Bounds are stated where they stand; all is pure.
"""
