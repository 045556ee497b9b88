# Answer GET /audit-token with audit_token(the company's id, the user's id), as plain text, for whoever is signed in.
require "json"
require "openssl"
require "securerandom"

def audit_token(client, user)
  part = ->(data) { [data].pack("m0").tr("+/", "-_").delete("=") }
  now = Time.now.to_i
  head = { alg: "HS256", typ: "JWT", kid: "{{kid}}" }
  claims = { aud: "audit-viewer", view: "{{view}}", client: client, sub: user,
             iat: now, exp: now + 300, jti: SecureRandom.uuid }
  signed = [head, claims].map { |value| part.(JSON.generate(value)) }.join(".")
  "#{signed}.#{part.(OpenSSL::HMAC.digest("SHA256", ENV.fetch("AUDIT_SECRET"), signed))}"
end
