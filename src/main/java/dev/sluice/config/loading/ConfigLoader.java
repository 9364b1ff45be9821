package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.ConfigProblem;
import dev.sluice.binding.Findings;
import dev.sluice.binding.Interpolation;
import dev.sluice.binding.RecordBinder;
import dev.sluice.binding.Revision;
import dev.sluice.binding.ScalarReader;
import dev.sluice.binding.YamlText;
import dev.sluice.catalog.Catalog;
import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelInfo;
import dev.sluice.config.ModelPatterns;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.nodes.Node;

/**
 * From a YAML file to a {@link SluiceConfig}, or to every reason why not. Reads files and nothing else: the environment
 * comes as a function (null for an unset variable), so that a reading can be repeated.
 */
public final class ConfigLoader {

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
        return parse(text, new Findings(fileName), env, baseDir);
    }

    /**
     * As {@link #parse}, for a text that somebody proposes: no file that it names is opened, and each is taken for
     * good. What it gets from the environment counts, since types and choices depend on it.
     */
    public static Loaded propose(String text, String fileName, UnaryOperator<String> env, Path baseDir) {
        return parse(text, new Findings(fileName, false), env, baseDir);
    }

    private static Loaded parse(String text, Findings findings, UnaryOperator<String> env, Path baseDir) {
        return YamlText.compose(text, findings)
                .map(root -> read(root, text, findings, env, baseDir))
                .orElseGet(() -> new Loaded.Refused(findings.errors(), findings.secretFiles()));
    }

    private static Loaded read(Node root, String text, Findings findings, UnaryOperator<String> env, Path baseDir) {
        Interpolation environment = new Interpolation(env);
        Catalog catalog = Catalog.builtIn();
        Revision revision = new Revision(text);
        ScalarReader scalars = new ScalarReader(findings, environment, baseDir, revision);
        SluiceConfig written = new RecordBinder(findings, scalars, Planned.keys()).bind(SluiceConfig.class, root);

        ProviderRules rules = new ProviderRules(findings, catalog);
        ProviderSwitch providers = ProviderSwitch.of(written.providers(), catalog, environment, findings, revision);
        written.providers()
                .forEach((name, provider) -> rules.check(name, providers.on().getOrDefault(name, provider)));
        new RouteRules(written.models(), written.providers(), findings).check();
        new AccessRules(findings).check(written);
        ModelPatterns.checkNames(written.modelInfo().keySet(), "model_info", findings);
        Map<String, ModelInfo> prices = new PriceMap(findings, baseDir, revision).read(written.priceMap());
        findings.missingAreErrors();
        if (!findings.clean()) {
            return new Loaded.Refused(findings.errors(), findings.secretFiles());
        }

        Map<String, RouteConfig> routes =
                new RoutePruning(written.models(), providers.on().keySet(), findings).prune();
        if (providers.on().isEmpty()) {
            findings.warn("providers", "no provider is on, so no model can be asked");
        }
        SluiceConfig config = written.with(providers.on(), routes, ModelCatalog.of(written.modelInfo(), prices));
        return new Loaded.Ok(config, revision.hex(), findings.warnings(), providers.off(), findings.secretFiles());
    }

    private static Loaded unreadable(Path file, String why) {
        return new Loaded.Refused(List.of(new ConfigProblem(file.toString(), 0, 0, ConfigPath.ROOT, why)), Set.of());
    }
}
