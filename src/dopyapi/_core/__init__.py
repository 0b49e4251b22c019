"""The machinery: steps, client, fields, operations. It knows no product."""
