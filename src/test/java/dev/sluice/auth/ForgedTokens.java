package dev.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Forged tokens by name: known attacks and likely parser mistakes. All must be rejected. */
public final class ForgedTokens {

    static final KeyPair STRANGER = TestIssuer.rsa(2048);
    public static final KeyPair WEAK = TestIssuer.rsa(1024);

    private final Map<String, String> all = new LinkedHashMap<>();
    private final TestIssuer issuer;
    private final JsonObject good;

    private ForgedTokens(TestIssuer issuer, long now) {
        this.issuer = issuer;
        this.good = issuer.claims(now);
    }

    public static Map<String, String> of(TestIssuer issuer, long now) {
        ForgedTokens forged = new ForgedTokens(issuer, now);
        forged.algorithms();
        forged.keys();
        forged.headers();
        forged.claims(now);
        forged.shapes();
        forged.signatures();
        return forged.all;
    }

    private void algorithms() {
        String claims = TestIssuer.part(good.toBuffer().getBytes());
        for (String none : List.of("none", "None", "NONE", "nOnE", " none", "none ", "", "null", "RS256 ", "rs256")) {
            String header = TestIssuer.header(none, "rsa").encode();
            all.put("alg '" + none + "', no signature", TestIssuer.part(header.getBytes(UTF_8)) + "." + claims + ".");
            all.put("alg '" + none + "', signed", signed(header, good.encode()));
        }
        all.put("alg missing", signed("{\"typ\":\"JWT\",\"kid\":\"rsa\"}", good.encode()));
        all.put("alg null", signed("{\"alg\":null,\"kid\":\"rsa\"}", good.encode()));
        all.put("alg a list", signed("{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}", good.encode()));
        all.put("alg twice", signed("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"alg\":\"none\"}", good.encode()));
        byte[] der = TestIssuer.RSA.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        String modulus = TestIssuer.jwk("rsa", TestIssuer.RSA).getString("n");
        all.put("HS256 with the public key, DER", hs256(der));
        all.put("HS256 with the public key, PEM", hs256(pem.getBytes(UTF_8)));
        all.put("HS256 with the modulus", hs256(Base64.getUrlDecoder().decode(modulus)));
        all.put("HS256 with the JWK's text", hs256(modulus.getBytes(UTF_8)));
        all.put(
                "PS256, which is not taken",
                TestIssuer.token(TestIssuer.header("PS256", "rsa").encode(), good.encode(), "PS256", TestIssuer.RSA));
        all.put(
                "RS512, which is not taken",
                TestIssuer.token(TestIssuer.header("RS512", "rsa").encode(), good.encode(), "RS512", TestIssuer.RSA));
    }

    private void keys() {
        for (String kid : List.of("../../../../dev/null", "' OR '1'='1", "unknown", "rsa ", "RSA", "k".repeat(300))) {
            all.put(
                    "kid " + kid,
                    TestIssuer.token(TestIssuer.header("RS256", kid).encode(), good.encode(), "RS256", STRANGER));
            all.put(
                    "kid " + kid + ", our key",
                    signed(TestIssuer.header("RS256", kid).encode(), good.encode()));
        }
        all.put("kid empty", signed(TestIssuer.header("RS256", "").encode(), good.encode()));
        all.put("kid null", signed("{\"alg\":\"RS256\",\"kid\":null}", good.encode()));
        all.put("kid a number", signed("{\"alg\":\"RS256\",\"kid\":1}", good.encode()));
        all.put("no kid, and two keys", signed("{\"alg\":\"RS256\"}", good.encode()));
        all.put("kid of two keys", signed(TestIssuer.header("RS256", "twin").encode(), good.encode()));
        all.put("key for encryption", signed(TestIssuer.header("RS256", "enc").encode(), good.encode()));
        all.put(
                "key of another algorithm",
                signed(TestIssuer.header("RS256", "rs512").encode(), good.encode()));
        all.put("key of another kind", signed(TestIssuer.header("RS256", "ec").encode(), good.encode()));
        all.put(
                "RSA of 1024 bits",
                TestIssuer.token(TestIssuer.header("RS256", "weak").encode(), good.encode(), "RS256", WEAK));
        all.put(
                "a stranger's key",
                TestIssuer.token(TestIssuer.header("RS256", "rsa").encode(), good.encode(), "RS256", STRANGER));
    }

    private void headers() {
        JsonObject own = TestIssuer.jwk("rsa", STRANGER);
        header("jwk", own);
        header("jku", issuer.url() + "/evil");
        header("x5u", issuer.url() + "/evil");
        header("x5c", new JsonArray().add("MIIB"));
        header("crit", new JsonArray().add("exp"));
        header("b64", false);
        header("zip", "DEF");
        header("typ", "JOSE+JSON");
        header("typ", null);
    }

    /** Signed with an unknown key, and with the trusted key, so that the header itself is refused. */
    private void header(String name, Object value) {
        String header = TestIssuer.header("RS256", "rsa").put(name, value).encode();
        all.put(name + " " + value + " by a stranger", TestIssuer.token(header, good.encode(), "RS256", STRANGER));
        all.put(name + " " + value + " by our key", signed(header, good.encode()));
    }

    private void claims(long now) {
        String iss = issuer.url();
        for (Object wrong :
                List.of(iss + "/", iss.replace("http", "HTTP"), iss.substring(1), "", new JsonArray().add(iss), 1)) {
            all.put("iss " + wrong, TestIssuer.rs256(good.copy().put("iss", wrong)));
        }
        all.put("iss missing", without("iss"));
        String aud = TestIssuer.AUDIENCE;
        for (Object wrong : List.of(
                aud + "x",
                aud.substring(1),
                aud.toUpperCase(java.util.Locale.ROOT),
                " " + aud,
                new JsonArray(),
                new JsonArray().add("other"),
                new JsonArray().add(new JsonArray().add(aud)),
                new JsonObject().put(aud, true),
                true)) {
            all.put("aud " + wrong, TestIssuer.rs256(good.copy().put("aud", wrong)));
        }
        all.put("aud missing", without("aud"));
        long leeway = TestIssuer.LEEWAY.toSeconds();
        all.put("exp missing", without("exp"));
        all.put("exp null", TestIssuer.rs256(good.copy().putNull("exp")));
        all.put("exp text", TestIssuer.rs256(good.copy().put("exp", "99999999999")));
        all.put("exp true", TestIssuer.rs256(good.copy().put("exp", true)));
        all.put("exp endless", raw(good.encode().replaceAll("\"exp\":\\d+", "\"exp\":1e999")));
        all.put("exp of a thousand digits", raw(good.encode().replaceAll("(\"exp\":)\\d+", "$1" + "9".repeat(1000))));
        all.put("exp over", TestIssuer.rs256(good.copy().put("exp", now - leeway)));
        all.put("exp negative", TestIssuer.rs256(good.copy().put("exp", -1)));
        all.put("nbf ahead", TestIssuer.rs256(good.copy().put("nbf", now + leeway + 60)));
        all.put("nbf text", TestIssuer.rs256(good.copy().put("nbf", "0")));
        all.put("iat ahead", TestIssuer.rs256(good.copy().put("iat", now + leeway + 60)));
        all.put("aud twice", raw(good.encode().replace("{", "{\"aud\":\"other\",")));
        all.put("exp twice", raw(good.encode().replace("{", "{\"exp\":1,")));
        all.put("sub missing", without("sub"));
        all.put("sub of two lines", TestIssuer.rs256(good.copy().put("sub", "alice\nlevel=ERROR")));
        all.put("sub a number", TestIssuer.rs256(good.copy().put("sub", 7)));
        all.put("models none", TestIssuer.rs256(good.copy().put("models", "")));
        all.put("models a number", TestIssuer.rs256(good.copy().put("models", 7)));
        all.put("claims a list", raw("[]"));
        all.put("claims nested", raw("{\"a\":".repeat(2000) + "1" + "}".repeat(2000)));
        all.put("claims and more", raw(good.encode() + "{}"));
    }

    private void shapes() {
        String token = TestIssuer.rs256(good);
        String[] parts = token.split("\\.", -1);
        all.put("two parts", parts[0] + "." + parts[1]);
        all.put("two parts and a dot", parts[0] + "." + parts[1] + ".");
        all.put("four parts", token + "." + parts[2]);
        all.put("five parts", token + "..");
        all.put("no claims", parts[0] + ".." + parts[2]);
        all.put("padding", parts[0] + "." + parts[1] + "." + parts[2] + "=");
        all.put("space inside", parts[0] + "." + parts[1] + ". " + parts[2]);
        all.put("line break inside", parts[0] + "\n." + parts[1] + "." + parts[2]);
        all.put("plus for minus", token.replace('-', '+').replace('_', '/') + "+");
        all.put("a megabyte", parts[0] + "." + "A".repeat(1 << 20) + "." + parts[2]);
        all.put("a megabyte of dots", "eyJ" + ".".repeat(1 << 20));
        all.put("17 KiB, truly signed", TestIssuer.rs256(good.copy().put("pad", "A".repeat(17 * 1024))));
        byte[] notUtf8 =
                good.encode().replace("alice", "al\u00e9ce").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        String input = parts[0] + "." + TestIssuer.part(notUtf8);
        all.put("claims not UTF-8", input + "." + TestIssuer.part(TestIssuer.sign(input, "RS256", TestIssuer.RSA)));
    }

    private void signatures() {
        String token = TestIssuer.rs256(good);
        int dot = token.lastIndexOf('.');
        all.put("signature cut", token.substring(0, token.length() - 8));
        all.put(
                "signature of another token",
                token.substring(0, dot)
                        + TestIssuer.rs256(good.copy().put("sub", "bob")).substring(dot));
        String claims =
                TestIssuer.part(good.copy().put("sub", "root").toBuffer().getBytes());
        all.put("claims exchanged", token.substring(0, token.indexOf('.') + 1) + claims + token.substring(dot));
        all.put("signature of zeros", token.substring(0, dot) + "." + TestIssuer.part(new byte[256]));
        String header = TestIssuer.header("ES256", "ec").encode();
        String input = TestIssuer.part(header.getBytes(UTF_8)) + "."
                + TestIssuer.part(good.toBuffer().getBytes());
        all.put("ES256 of zeros", input + "." + TestIssuer.part(new byte[64]));
        all.put("ES256 in DER", input + "." + TestIssuer.part(TestIssuer.sign(input, "DR256", TestIssuer.EC)));
        byte[] order = Base64.getUrlDecoder()
                .decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVH_____AAAAAP__________vOb6racXnoTzucrC_GMlUQ");
        all.put("ES256 of the curve's order", input + "." + TestIssuer.part(order));
    }

    private String without(String claim) {
        JsonObject claims = good.copy();
        claims.remove(claim);
        return TestIssuer.rs256(claims);
    }

    private static String raw(String claims) {
        return signed(TestIssuer.header("RS256", "rsa").encode(), claims);
    }

    private static String signed(String header, String claims) {
        return TestIssuer.token(header, claims, "RS256", TestIssuer.RSA);
    }

    private String hs256(byte[] secret) {
        String input =
                TestIssuer.part(TestIssuer.header("HS256", "rsa").toBuffer().getBytes()) + "."
                        + TestIssuer.part(good.toBuffer().getBytes());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input + "." + TestIssuer.part(mac.doFinal(input.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
