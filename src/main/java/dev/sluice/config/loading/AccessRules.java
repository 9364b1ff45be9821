package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Suggestion;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.JwtConfig;
import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ModelPatterns;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The rules of access: keys, pepper, tiers, issuer, and listeners, which must not be open to the network without keys.
 */
final class AccessRules {

    /** Asymmetric ones only: a public key must never serve as a shared secret. */
    private static final Set<String> ALGORITHMS =
            new TreeSet<>(Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"));

    /** Actors in the audit log: callers on this machine, the command line, and callers without a key. */
    private static final Set<String> RESERVED_IDS = Set.of("local", "cli", "open");

    private final Diagnostics diagnostics;

    AccessRules(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void check(SluiceConfig config) {
        listeners(config.server(), config.auth());
        pepper(config.auth());
        uniqueIds(config.auth().keys());
        tiers(config);
        if (config.auth().jwt() != null) {
            issuer(config.auth().jwt());
        }
    }

    private void listeners(ServerConfig server, AuthConfig auth) {
        if (!LoopbackAddress.is(server.host()) && auth.open()) {
            diagnostics.error(
                    "server.host",
                    diagnostics.quote("server.host") + " is reachable from other machines, and no key is required"
                            + " (expected: a loopback address, or one of auth.keys, auth.jwt or auth.required)");
        }
        if (!LoopbackAddress.is(server.admin().host())) {
            diagnostics.error(
                    "server.admin.host", diagnostics.quote("server.admin.host") + " (expected: a loopback address)");
        }
    }

    private void tiers(SluiceConfig config) {
        List<AuthConfig.StaticKey> keys = config.auth().keys();
        for (int i = 0; i < keys.size(); i++) {
            AuthConfig.StaticKey key = keys.get(i);
            if (key != null && key.tier() != null && !config.tiers().containsKey(key.tier())) {
                String path = ConfigPath.item("auth.keys", i) + ".tier";
                diagnostics.error(
                        path,
                        diagnostics.quote(path) + " is not defined under tiers"
                                + Suggestion.hint(key.tier(), config.tiers().keySet()));
            }
        }
    }

    private void endpoints(List<String> labels, String path) {
        List<String> known = Stream.concat(
                        Stream.of(Surface.values()).map(Surface::label), Stream.of(Principal.ACCOUNT))
                .toList();
        for (int i = 0; i < labels.size(); i++) {
            String item = ConfigPath.item(path, i);
            if (labels.get(i) != null && !known.contains(labels.get(i))) {
                String hint = Suggestion.hint(labels.get(i), known);
                diagnostics.error(
                        item,
                        diagnostics.quote(item) + " is not an endpoint"
                                + (hint.isEmpty() ? " (expected: one of " + String.join(", ", known) + ")" : hint));
            }
        }
    }

    private void issuer(JwtConfig jwt) {
        List<String> algorithms = jwt.algorithms();
        if (algorithms.isEmpty()) {
            diagnostics.error(
                    "auth.jwt.algorithms", "is empty (expected: some of " + String.join(", ", ALGORITHMS) + ")");
        }
        for (int i = 0; i < algorithms.size(); i++) {
            String path = ConfigPath.item("auth.jwt.algorithms", i);
            if (algorithms.get(i) != null && !ALGORITHMS.contains(algorithms.get(i))) {
                diagnostics.error(
                        path, diagnostics.quote(path) + " (expected: one of " + String.join(", ", ALGORITHMS) + ")");
            }
        }
        if (jwt.jwks() != null && jwt.jwks().startsWith("http://")) {
            String host = URI.create(jwt.jwks()).getHost();
            if (host == null || !LoopbackAddress.is(host)) {
                diagnostics.error(
                        "auth.jwt.jwks",
                        "the issuer's keys would be fetched without encryption (expected: an https URL)");
            }
        }
    }

    private void pepper(AuthConfig auth) {
        List<ConfigProblem> unresolved = diagnostics.removeMissing("auth.pepper");
        if (auth.open()) {
            return;
        }
        diagnostics.reportMissing(unresolved);
        if (!auth.keys().isEmpty() && auth.pepper() == null && !diagnostics.present("auth.pepper")) {
            diagnostics.error(
                    "auth.keys", "auth.pepper is missing (expected: the pepper that the keys were created with)");
        }
    }

    private void uniqueIds(List<AuthConfig.StaticKey> keys) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            AuthConfig.StaticKey key = keys.get(i);
            if (key == null || key.id() == null) {
                continue;
            }
            String path = ConfigPath.item("auth.keys", i);
            if (RESERVED_IDS.contains(key.id())) {
                diagnostics.error(
                        path + ".id",
                        diagnostics.quote(path + ".id") + " is reserved (expected: any id but local, cli and open)");
            }
            if (!seen.add(key.id())) {
                diagnostics.error(
                        path + ".id",
                        diagnostics.quote(path + ".id") + " is the id of an earlier key (expected: unique ids)");
            }
            ModelPatterns.check(key.models(), path + ".models", diagnostics);
            endpoints(key.endpoints(), path + ".endpoints");
        }
    }
}
