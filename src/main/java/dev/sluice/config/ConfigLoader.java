package dev.sluice.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.nodes.Node;

/**
 * From a YAML file to a {@link SluiceConfig}, or to every reason why not. Reads files and nothing else: the environment comes
 * as a function (null for an unset variable), so that a reading can be repeated.
 */
public final class ConfigLoader {

    private static final int REVISION_BYTES = 6;

    private ConfigLoader() {}

    public static Loaded load(Path file, UnaryOperator<String> env) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            return parse(Files.readString(file), file.toString(), env, directory);
        } catch (NoSuchFileException absent) {
            return unreadable(file, "no such file");
        } catch (CharacterCodingException binary) {
            return unreadable(file, "not UTF-8 text");
        } catch (IOException failed) {
            return unreadable(file, "cannot be read (" + failed.getClass().getSimpleName() + ")");
        }
    }

    /** @param baseDir where relative {@code file:} paths of secrets start */
    public static Loaded parse(String text, String fileName, UnaryOperator<String> env, Path baseDir) {
        Findings findings = new Findings(fileName);
        return YamlText.compose(text, findings)
                .map(root -> read(root, text, findings, env, baseDir))
                .orElseGet(() -> new Loaded.Refused(findings.errors()));
    }

    private static Loaded read(
            Node root, String text, Findings findings, UnaryOperator<String> env, Path baseDir) {
        Interpolation environment = new Interpolation(env);
        Catalog catalog = Catalog.builtIn();
        SluiceConfig written = new RecordBinder(findings, new ScalarReader(findings, environment, baseDir))
                .bind(SluiceConfig.class, root);

        ProviderRules rules = new ProviderRules(findings, catalog);
        ProviderSwitch providers = ProviderSwitch.of(written.providers(), catalog, environment, findings);
        written.providers().forEach((name, provider) -> rules.check(name, providers.on().getOrDefault(name, provider)));
        new RouteRules(written.models(), written.providers(), findings).check();
        new AccessRules(findings).check(written);
        findings.missingAreErrors();
        if (!findings.clean()) {
            return new Loaded.Refused(findings.errors());
        }

        Map<String, RouteConfig> routes =
                new RoutePruning(written.models(), providers.on().keySet(), findings).prune();
        if (providers.on().isEmpty()) {
            findings.warn("providers", "no provider is on, so no model can be asked");
        }
        SluiceConfig config = new SluiceConfig(
                written.server(), providers.on(), routes, written.auth(), written.log(), written.metrics());
        return new Loaded.Ok(config, revision(text, config), findings.warnings(), providers.off());
    }

    /** Covers what the environment and secret files gave too, so that a rotated key is a new revision. */
    private static String revision(String text, SluiceConfig config) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update(ConfigPrinter.revealing(config).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, REVISION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Loaded unreadable(Path file, String why) {
        return new Loaded.Refused(List.of(new ConfigProblem(file.toString(), 0, 0, ConfigPath.ROOT, why)));
    }
}
