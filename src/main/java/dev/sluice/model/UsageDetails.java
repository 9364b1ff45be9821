package dev.sluice.model;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a usage has prices of its own, as far as the provider reported it. Most responses have none of it:
 * {@link #NONE}.
 *
 * @param hourWrites part of the tokens written to the provider's cache that it keeps for an hour instead of five
 *     minutes
 * @param audio tokens of audio; those of the prompt include the cached ones
 * @param images tokens of images, likewise
 * @param onlyMedia whether the API has responses of one modality only: prices without one of it are those of its tokens
 * @param toolCalls calls of tools that the provider runs and bills by call, by the tool's name
 * @param modes service tiers, speeds and regions other than the standard ones, such as {@code priority}, {@code fast}
 *     and {@code us}
 */
public record UsageDetails(
        long hourWrites,
        MediaCounts audio,
        MediaCounts images,
        boolean onlyMedia,
        Map<String, Long> toolCalls,
        Set<String> modes) {

    /** No response calls tools more often. */
    private static final long MAX_CALLS = 100_000;

    /** Names that clients and providers use for what the standard prices apply to. */
    private static final Set<String> STANDARD = Set.of(
            "",
            "auto",
            "default",
            "standard",
            "standard_only",
            "on_demand",
            "global",
            "not_available",
            "unspecified",
            "none",
            "null");

    /** The longest name of a mode; no provider has one as long. */
    private static final int MAX_MODE = 40;

    /** Tokens of one modality. */
    public record MediaCounts(long input, long cached, long output) {

        static final MediaCounts NONE = new MediaCounts(0, 0, 0);

        private MediaCounts plus(MediaCounts other) {
            return new MediaCounts(input + other.input, cached + other.cached, output + other.output);
        }

        private MediaCounts highest(MediaCounts other) {
            return new MediaCounts(
                    Math.max(input, other.input), Math.max(cached, other.cached), Math.max(output, other.output));
        }

        private static MediaCounts of(long input, long cached, long output) {
            return input == 0 && cached == 0 && output == 0 ? NONE : new MediaCounts(input, cached, output);
        }
    }

    public static final UsageDetails NONE =
            new UsageDetails(0, MediaCounts.NONE, MediaCounts.NONE, false, Map.of(), Set.of());

    /** The name of a mode as prices have it; null for a standard one. */
    public static String mode(String reported) {
        if (reported == null || reported.length() > MAX_MODE) {
            return null;
        }
        String name = reported.strip().toLowerCase(Locale.ROOT);
        return STANDARD.contains(name) ? null : name;
    }

    public UsageDetails withHourWrites(long tokens) {
        return tokens <= 0 ? this : new UsageDetails(tokens, audio, images, onlyMedia, toolCalls, modes);
    }

    public UsageDetails withAudio(long input, long cached, long output) {
        MediaCounts counts = MediaCounts.of(Math.max(0, input), Math.max(0, cached), Math.max(0, output));
        return counts == MediaCounts.NONE
                ? this
                : new UsageDetails(hourWrites, counts, images, onlyMedia, toolCalls, modes);
    }

    public UsageDetails withImages(long input, long cached, long output) {
        MediaCounts counts = MediaCounts.of(Math.max(0, input), Math.max(0, cached), Math.max(0, output));
        return counts == MediaCounts.NONE
                ? this
                : new UsageDetails(hourWrites, audio, counts, onlyMedia, toolCalls, modes);
    }

    /** The same for an API of one modality. */
    public UsageDetails ofOnlyMedia() {
        return audio == MediaCounts.NONE && images == MediaCounts.NONE
                ? this
                : new UsageDetails(hourWrites, audio, images, true, toolCalls, modes);
    }

    /** With calls of a tool beside those of others. */
    public UsageDetails withCalls(String tool, long calls) {
        if (calls <= 0) {
            return this;
        }
        Map<String, Long> all = new TreeMap<>(toolCalls);
        all.put(tool, calls);
        return new UsageDetails(hourWrites, audio, images, onlyMedia, Map.copyOf(all), modes);
    }

    /** With a mode beside others; a standard one, null or none changes nothing. */
    public UsageDetails withMode(String reported) {
        String mode = mode(reported);
        if (mode == null || modes.contains(mode)) {
            return this;
        }
        Set<String> all = new TreeSet<>(modes);
        all.add(mode);
        return new UsageDetails(hourWrites, audio, images, onlyMedia, toolCalls, Set.copyOf(all));
    }

    public long calls(String tool) {
        return toolCalls.getOrDefault(tool, 0L);
    }

    UsageDetails plus(UsageDetails other) {
        return this == NONE || other == NONE
                ? this == NONE ? other : this
                : joined(
                        other, hourWrites + other.hourWrites, audio.plus(other.audio), images.plus(other.images), true);
    }

    UsageDetails highest(UsageDetails other) {
        return this == NONE || other == NONE
                ? this == NONE ? other : this
                : joined(
                        other,
                        Math.max(hourWrites, other.hourWrites),
                        audio.highest(other.audio),
                        images.highest(other.images),
                        false);
    }

    boolean isPossible() {
        return this == NONE
                || hourWrites < Usage.MAX_TOKENS
                        && isPossible(audio)
                        && isPossible(images)
                        && toolCalls.values().stream().allMatch(calls -> calls <= MAX_CALLS);
    }

    private static boolean isPossible(MediaCounts counts) {
        return counts.input() < Usage.MAX_TOKENS
                && counts.cached() < Usage.MAX_TOKENS
                && counts.output() < Usage.MAX_TOKENS;
    }

    private UsageDetails joined(
            UsageDetails other, long writes, MediaCounts audioCounts, MediaCounts imageCounts, boolean sum) {
        Map<String, Long> calls = new TreeMap<>(toolCalls);
        other.toolCalls.forEach((tool, count) -> calls.merge(tool, count, sum ? Long::sum : Math::max));
        Set<String> all = new TreeSet<>(modes);
        all.addAll(other.modes);
        return new UsageDetails(
                writes, audioCounts, imageCounts, onlyMedia || other.onlyMedia, Map.copyOf(calls), Set.copyOf(all));
    }
}
