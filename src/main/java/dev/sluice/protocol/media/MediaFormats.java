package dev.sluice.protocol.media;

import java.util.List;

/** The registry of media formats that differ from OpenAI's. New formats are added here only. */
public final class MediaFormats {

    private static final List<MediaFormat> ALL = List.of(
            new CohereEmbed(),
            new CohereRerank(),
            new GeminiEmbed(),
            new PerplexityEmbed(),
            new MistralModerations(),
            new BlackboxImages(),
            new BlackboxVideos(),
            new OpenRouterVideos(),
            new XaiImages(),
            new XaiVideos());

    private MediaFormats() {}

    /** The names that {@code surfaces} in the catalog may use. */
    public static List<String> names() {
        return ALL.stream().map(MediaFormat::name).toList();
    }

    /** @throws IllegalArgumentException when no format has that name */
    static MediaFormat named(String name) {
        for (MediaFormat format : ALL) {
            if (format.name().equals(name)) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                "format: \"" + name + "\" (expected one of: " + String.join(", ", names()) + ")");
    }
}
