package dev.sluice.config.loading;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.binding.BoundedFile;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Revision;
import dev.sluice.catalog.LiteLlmPrices;
import dev.sluice.catalog.ModelInfo;
import dev.sluice.catalog.ModelsDevPrices;
import dev.sluice.config.PriceMapConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The reader of the price map that the config names. An unusable file is an error of the config. */
final class PriceMapFile {

    /** The published price maps have one to three megabytes. */
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final String PATH = "price_map";

    private final Diagnostics diagnostics;
    private final Path baseDir;
    private final Revision revision;

    PriceMapFile(Diagnostics diagnostics, Path baseDir, Revision revision) {
        this.diagnostics = diagnostics;
        this.baseDir = baseDir;
        this.revision = revision;
    }

    /** The facts of the file by {@code type/model}; empty if there is no price map, or after an error. */
    Map<String, ModelInfo> read(PriceMapConfig config) {
        if (config == null || config.file() == null || config.format() == null) {
            return Map.of();
        }
        try {
            Path file = baseDir.resolve(config.file());
            diagnostics.secretFile(file);
            if (!diagnostics.readsFiles()) {
                return Map.of();
            }
            String text = BoundedFile.read(file, MAX_BYTES);
            revision.add(text);
            return parse(text, config.format());
        } catch (CharacterCodingException binary) {
            wrong("is not UTF-8 text");
        } catch (IOException | InvalidPathException unreadable) {
            wrong("cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        }
        return Map.of();
    }

    private Map<String, ModelInfo> parse(String text, PriceMapConfig.Format format) {
        try {
            JsonNode root = new ObjectMapper().readTree(text);
            Map<String, ModelInfo> models = switch (format) {
                case LITELLM -> LiteLlmPrices.read(root);
                case MODELS_DEV -> ModelsDevPrices.read(root);
            };
            if (models.isEmpty()) {
                wrong("has no model in the format " + format.name().toLowerCase(Locale.ROOT)
                        + " of a provider that Sluice knows");
            }
            return models;
        } catch (JsonProcessingException broken) {
            String place = broken.getLocation() == null
                    ? ""
                    : " at line " + broken.getLocation().getLineNr() + ", column "
                            + broken.getLocation().getColumnNr();
            wrong("is not JSON" + place);
            return Map.of();
        }
    }

    private void wrong(String what) {
        String place = PATH + ".file";
        diagnostics.error(place, diagnostics.quote(place) + " " + what);
    }
}
