using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

// Answer GET /audit-token with Audit.Token(the company's id, the user's id), as plain text, for whoever is signed in.
public static class Audit
{
    public static string Token(string client, string user)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = new { alg = "HS256", typ = "JWT", kid = "{{kid}}" };
        var claims = new { aud = "audit-viewer", view = "{{view}}", client, sub = user, iat = now, exp = now + 300, jti = Guid.NewGuid() };
        var signed = Part(JsonSerializer.SerializeToUtf8Bytes(head)) + "." + Part(JsonSerializer.SerializeToUtf8Bytes(claims));
        var secret = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("AUDIT_SECRET")!);
        return signed + "." + Part(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)));
    }

    static string Part(byte[] data) => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
