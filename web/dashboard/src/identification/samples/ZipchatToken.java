// The JDK, 17 or newer, is all that is needed.
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

public final class ZipchatToken {
    public record Customer(long id, String email, String firstName, String lastName, String plan) {}

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    /** The customer is who your session says is signed in, never what a request claims. */
    public static String sign(Customer customer) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String header = """
            {"alg":"RS256","typ":"JWT","kid":"YOUR_KEY_ID"}""";
        // "sub" stays the same when the email changes.
        String claims = """
            {"email":%s,"sub":%s,"first_name":%s,"last_name":%s,
             "additional_attributes":{"plan":%s},
             "aud":"YOUR_WIDGET_TOKEN","iat":%d,"exp":%d}""".formatted(
                quoted(customer.email()), quoted(Long.toString(customer.id())),
                quoted(customer.firstName()), quoted(customer.lastName()),
                quoted(customer.plan()), now, now + 3600);
        String signed = encoded(header) + "." + encoded(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(privateKey());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64URL.encodeToString(signature.sign());
    }

    private static PrivateKey privateKey() throws GeneralSecurityException {
        // Line breaks may be kept as "\n" in the environment.
        String pem = System.getenv("ZIPCHAT_PRIVATE_KEY").replace("\\n", "\n");
        String der = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(der));
        return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }

    private static String encoded(String json) {
        return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** As JSON. With a JSON library of your own, let it write the claims instead. */
    private static String quoted(String text) {
        if (text == null) return "null";
        StringBuilder json = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') json.append('\\').append(letter);
            else if (letter < ' ') json.append(String.format("\\u%04x", (int) letter));
            else json.append(letter);
        }
        return json.append('"').toString();
    }
}
