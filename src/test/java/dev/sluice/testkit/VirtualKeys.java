package dev.sluice.testkit;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.binding.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Virtual keys for tests: their configuration and their bearer tokens. */
public final class VirtualKeys {

    public static final String PEPPER = "a pepper for tests only, of 32 characters or more";

    private final KeyGenerator mint = new KeyGenerator();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final StringBuilder yaml = new StringBuilder("auth:\n  pepper: \"" + PEPPER + "\"\n  keys:\n");

    /** @param settings more of the key's members as flow YAML, such as {@code limits: { rpm: 5 }}; may be empty */
    public VirtualKeys with(String id, String settings) {
        GeneratedKey key = mint.generate(id, null, List.of(), new Secret(PEPPER));
        tokens.put(id, key.token().reveal());
        yaml.append("    - { id: ")
                .append(id)
                .append(", hash: \"")
                .append(key.stanza().hash())
                .append(settings.isEmpty() ? "\"" : "\", ")
                .append(settings)
                .append(" }\n");
        return this;
    }

    /** The section {@code auth}. */
    public String yaml() {
        return yaml.toString();
    }

    public String token(String id) {
        return tokens.get(id);
    }

    /** {@code Bearer …}. */
    public String bearer(String id) {
        return "Bearer " + token(id);
    }
}
