import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

// Answer GET /audit-token with AuditToken.of(the company's id, the user's id), as plain text, for whoever is signed in.
public class AuditToken {
    public static String of(String client, String user) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String head = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"{{kid}}\"}";
        String claims = "{\"aud\":\"audit-viewer\",\"view\":\"{{view}}\",\"client\":%s,\"sub\":%s,\"iat\":%d,\"exp\":%d,\"jti\":\"%s\"}"
            .formatted(text(client), text(user), now, now + 300, UUID.randomUUID());
        String signed = part(head.getBytes(UTF_8)) + "." + part(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(System.getenv("AUDIT_SECRET").getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + part(mac.doFinal(signed.getBytes(UTF_8)));
    }

    private static String part(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }

    // As JSON; ids have no control characters.
    private static String text(String id) {
        return '"' + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
