# Answer GET /audit-token with audit_token(the company's id, the user's id), as plain text, for whoever is signed in.
import base64, hmac, json, os, time, uuid

def part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def audit_token(client: str, user: str) -> str:
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", "kid": "{{kid}}"}
    claims = {"aud": "audit-viewer", "view": "{{view}}", "client": client, "sub": user,
              "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    signed = ".".join(part(json.dumps(value).encode()) for value in (head, claims))
    return signed + "." + part(hmac.digest(os.environ["AUDIT_SECRET"].encode(), signed.encode(), "sha256"))
