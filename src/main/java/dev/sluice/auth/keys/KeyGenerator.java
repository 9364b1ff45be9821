package dev.sluice.auth.keys;

import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig.StaticKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;

/** The generator of virtual keys and peppers. Not for the request path: the system's random source may block. */
public final class KeyGenerator {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    public static final Pattern ID = Pattern.compile("[a-z0-9_]{1," + KeyToken.MAX_ID_LENGTH + "}");
    /** 36^12 ids: among a million random ids, the probability of a duplicate is one in ten million. */
    private static final int RANDOM_ID_LENGTH = 12;

    private final SecureRandom random = new SecureRandom();

    /**
     * A new key.
     *
     * @param token what the client sends; shown to its owner once and not stored
     * @param stanza what the config file stores
     */
    public record GeneratedKey(Secret token, StaticKey stanza) {}

    /**
     * Generates a key.
     *
     * @param id its public id, or null for a random one
     * @param team the team of the key, or null
     * @param models patterns of the models it may use; empty means all
     * @throws IllegalArgumentException if the id does not match {@code [a-z0-9_]{1,64}}
     */
    public GeneratedKey generate(String id, String team, List<String> models, Secret pepper) {
        String name = id == null ? text(BASE36, RANDOM_ID_LENGTH) : id;
        if (!ID.matcher(name).matches()) {
            throw new IllegalArgumentException("id: \"" + name + "\" (expected: 1 to 64 of a-z, 0-9 and _)");
        }
        byte[] salt = new byte[KeyHash.SALT_BYTES];
        random.nextBytes(salt);
        String secret = text(BASE62, KeyToken.SECRET_LENGTH);
        String hash = KeyHash.of(salt, secret, pepper.reveal()).text();
        return new GeneratedKey(
                new Secret(KeyToken.PREFIX + name + "-" + secret),
                new StaticKey(name, hash, team, List.copyOf(models)));
    }

    /** A random pepper, as long as the secret of a key. */
    public Secret pepper() {
        return new Secret(text(BASE62, KeyToken.SECRET_LENGTH));
    }

    private String text(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
