package dev.sluice.config.loading;

import dev.sluice.binding.BoundedFile;
import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Interpolation;
import dev.sluice.binding.RecordBinder;
import dev.sluice.binding.Revision;
import dev.sluice.binding.ScalarReader;
import dev.sluice.binding.Suggestion;
import dev.sluice.binding.YamlText;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelInfo;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.config.ModelPatterns;
import dev.sluice.config.PostgresUrl;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.StoreConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.nodes.Node;

/**
 * The loader of the configuration file. Its result is a {@link SluiceConfig}, or all errors of the file. The
 * environment is passed as a function (null for an unset variable), so that loading depends on files and arguments
 * only.
 */
public final class ConfigLoader {

    private ConfigLoader() {}

    public static LoadedConfig load(Path file, UnaryOperator<String> env) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            return parse(BoundedFile.read(file, BoundedFile.MAX_CONFIG_BYTES), file.toString(), env, directory);
        } catch (NoSuchFileException absent) {
            return unreadable(
                    file,
                    "no such file (expected: a configuration such as conf/sluice.yaml of the repository; --config names"
                            + " another file)");
        } catch (CharacterCodingException binary) {
            return unreadable(file, "not UTF-8 text");
        } catch (IOException failed) {
            String reason = failed instanceof FileSystemException refused && refused.getReason() != null
                    ? refused.getReason()
                    : failed.getClass().getSimpleName();
            return unreadable(file, "cannot be read (" + reason + ")");
        }
    }

    /** @param baseDir the folder to which relative {@code file:} paths of secrets refer */
    public static LoadedConfig parse(String text, String fileName, UnaryOperator<String> env, Path baseDir) {
        return parse(text, new Diagnostics(fileName), env, baseDir);
    }

    /**
     * As {@link #parse}, for a text proposed by a caller: the files that it names are not opened and count as valid.
     * Values of the environment are used, because validation depends on them.
     */
    public static LoadedConfig propose(String text, String fileName, UnaryOperator<String> env, Path baseDir) {
        return parse(text, new Diagnostics(fileName, false), env, baseDir);
    }

    private static LoadedConfig parse(String text, Diagnostics diagnostics, UnaryOperator<String> env, Path baseDir) {
        return YamlText.compose(text, diagnostics)
                .map(root -> read(root, text, diagnostics, env, baseDir))
                .orElseGet(() -> new LoadedConfig.Refused(diagnostics.errors(), diagnostics.secretFiles()));
    }

    private static LoadedConfig read(
            Node root, String text, Diagnostics diagnostics, UnaryOperator<String> env, Path baseDir) {
        Interpolation environment = new Interpolation(env);
        ProviderCatalog catalog = ProviderCatalog.builtIn();
        Revision revision = new Revision(text);
        ScalarReader scalars = new ScalarReader(diagnostics, environment, baseDir, revision);
        SluiceConfig written =
                new RecordBinder(diagnostics, scalars, ReservedKeys.keys()).bind(SluiceConfig.class, root);

        ProviderRules rules = new ProviderRules(diagnostics, catalog);
        EnabledProviders providers =
                EnabledProviders.of(written.providers(), catalog, environment, diagnostics, revision);
        written.providers()
                .forEach((name, provider) -> rules.check(name, providers.on().getOrDefault(name, provider)));
        new RouteRules(written.models(), written.providers(), diagnostics).check();
        new AccessRules(diagnostics).check(written);
        checkDefaultProvider(written, diagnostics);
        checkStore(written.store(), diagnostics);
        ModelPatterns.checkNames(written.modelInfo().keySet(), "model_info", diagnostics);
        Map<String, ModelInfo> prices = new PriceMapFile(diagnostics, baseDir, revision).read(written.priceMap());
        diagnostics.reportMissing();
        if (!diagnostics.clean()) {
            return new LoadedConfig.Refused(diagnostics.errors(), diagnostics.secretFiles());
        }

        Map<String, RouteConfig> routes =
                new RoutePruning(written.models(), providers.on().keySet(), diagnostics).prune();
        if (providers.on().isEmpty()) {
            diagnostics.warn("providers", "no provider is enabled, so no model can be requested");
        }
        Map<String, Double> factors = new HashMap<>();
        written.providers().forEach((name, provider) -> factors.put(name, provider.priceFactor()));
        factors.values().removeIf(factor -> factor == 1);
        SluiceConfig config =
                written.with(providers.on(), routes, ModelCatalog.of(written.modelInfo(), prices, factors));
        return new LoadedConfig.Ok(
                config, revision.hex(), diagnostics.warnings(), providers.off(), diagnostics.secretFiles());
    }

    /** A server of this config would refuse to start, or could never connect. */
    private static void checkDefaultProvider(SluiceConfig written, Diagnostics diagnostics) {
        String name = written.server().defaultProvider();
        if (name != null && !written.providers().containsKey(name)) {
            String path = "server.default_provider";
            diagnostics.error(
                    path,
                    diagnostics.quote(path) + " is not a provider of this file"
                            + Suggestion.hint(name, written.providers().keySet()));
        }
    }

    private static void checkStore(StoreConfig store, Diagnostics diagnostics) {
        if (store.enabled() && store.url() != null && store.url().startsWith("postgres")) {
            try {
                PostgresUrl.of(store.url(), diagnostics.readsFiles());
            } catch (IllegalArgumentException wrong) {
                diagnostics.error("store.url", wrong.getMessage());
            }
        }
    }

    private static LoadedConfig unreadable(Path file, String why) {
        return new LoadedConfig.Refused(
                List.of(new ConfigProblem(file.toString(), 0, 0, ConfigPath.ROOT, why)), Set.of());
    }
}
