package dev.sluice.catalog;

import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.model.UsageDetails.MediaCounts;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The prices of a model at one seller.
 *
 * @param base for prompts below the first tier
 * @param tiers for longer prompts, by ascending threshold
 * @param modes how service tiers, speeds and regions change the prices, by the name that the provider reports
 * @param toolCalls billionths of a US dollar for one call of a tool that the provider runs, by the tool's name
 */
public record ModelPrices(Rates base, List<Tier> tiers, Map<String, Mode> modes, Map<String, Long> toolCalls) {

    /** The price is not known. */
    public static final long NONE = -1;

    public static final ModelPrices UNKNOWN = new ModelPrices(new Rates(NONE, NONE, NONE, NONE), List.of());
    public static final ModelPrices FREE = new ModelPrices(new Rates(0, 0, 0, 0), List.of());

    /** Prices of tokens alone. */
    public ModelPrices(Rates base, List<Tier> tiers) {
        this(base, tiers, Map.of(), Map.of());
    }

    /**
     * Prices in millionths of a millionth of a US dollar (pico-USD) per token: a price in USD per million tokens times
     * a million, which is a whole number even for the cheapest model. {@link #NONE} when not known.
     *
     * @param hourWrite of a token that the provider's cache keeps for an hour
     */
    public record Rates(
            long input,
            long output,
            long cacheRead,
            long cacheWrite,
            long hourWrite,
            MediaRates audio,
            MediaRates image) {

        public Rates(long input, long output, long cacheRead, long cacheWrite) {
            this(input, output, cacheRead, cacheWrite, NONE, MediaRates.UNKNOWN, MediaRates.UNKNOWN);
        }

        Rates highest(Rates other) {
            return new Rates(
                    Math.max(input, other.input),
                    Math.max(output, other.output),
                    Math.max(cacheRead, other.cacheRead),
                    Math.max(cacheWrite, other.cacheWrite),
                    Math.max(hourWrite, other.hourWrite),
                    audio.highest(other.audio),
                    image.highest(other.image));
        }

        Rates times(double factor) {
            return new Rates(
                    scaled(input, factor),
                    scaled(output, factor),
                    scaled(cacheRead, factor),
                    scaled(cacheWrite, factor),
                    scaled(hourWrite, factor),
                    audio.times(factor),
                    image.times(factor));
        }
    }

    /** Prices of tokens of one modality, likewise. */
    public record MediaRates(long input, long cacheRead, long output) {

        static final MediaRates UNKNOWN = new MediaRates(NONE, NONE, NONE);

        MediaRates highest(MediaRates other) {
            return new MediaRates(
                    Math.max(input, other.input), Math.max(cacheRead, other.cacheRead), Math.max(output, other.output));
        }

        MediaRates times(double factor) {
            return this == UNKNOWN
                    ? this
                    : new MediaRates(scaled(input, factor), scaled(cacheRead, factor), scaled(output, factor));
        }
    }

    /** @param above the rates apply to the whole request when its prompt has more tokens than this */
    public record Tier(long above, Rates rates) {}

    /**
     * How a service tier, speed or region changes the prices.
     *
     * @param times multiple of all prices
     * @param input the base price of input instead, {@link #NONE} for the multiple; longer prompts in proportion
     * @param output likewise
     * @param cacheRead likewise
     * @param cacheWrite likewise
     */
    public record Mode(double times, long input, long output, long cacheRead, long cacheWrite) {

        Rates of(Rates rates, Rates base) {
            Rates all = rates.times(times);
            return new Rates(
                    instead(input, rates.input(), base.input(), all.input()),
                    instead(output, rates.output(), base.output(), all.output()),
                    instead(cacheRead, rates.cacheRead(), base.cacheRead(), all.cacheRead()),
                    instead(cacheWrite, rates.cacheWrite(), base.cacheWrite(), all.cacheWrite()),
                    all.hourWrite(),
                    all.audio(),
                    all.image());
        }

        /** The prices of this mode multiplied; its multiple is one of prices that are. */
        Mode multiplied(double factor) {
            return new Mode(
                    times,
                    scaled(input, factor),
                    scaled(output, factor),
                    scaled(cacheRead, factor),
                    scaled(cacheWrite, factor));
        }

        private static long instead(long ofMode, long rate, long base, long multiple) {
            if (ofMode == NONE) {
                return multiple;
            }
            return base <= 0 || rate == base ? ofMode : scaled(ofMode, (double) rate / base);
        }
    }

    /** These prices of tokens multiplied; those of calls of tools stay. */
    public ModelPrices times(double factor) {
        List<Tier> multiplied = tiers.stream()
                .map(tier -> new Tier(tier.above(), tier.rates().times(factor)))
                .toList();
        Map<String, Mode> inModes = new HashMap<>();
        modes.forEach((name, mode) -> inModes.put(name, mode.multiplied(factor)));
        return new ModelPrices(base.times(factor), multiplied, Map.copyOf(inModes), toolCalls);
    }

    public boolean known() {
        return base.input() != NONE || base.output() != NONE;
    }

    /**
     * The cost of a call, in billionths of a US dollar, rounded up. A cost reported by the provider takes precedence.
     * Each token is billed once: cache reads and writes at their own prices, or at the input price where they have
     * none, tokens of audio and images at theirs, and the rest at the prices of input and output. The tier is chosen by
     * the whole prompt and applies to the whole request.
     *
     * @return empty, never zero, when the usage or a price that it needs is not known
     */
    public OptionalLong cost(Usage usage) {
        if (usage.costNanoUsd() != Usage.NO_COST) {
            return OptionalLong.of(usage.costNanoUsd());
        }
        if (!usage.known()) {
            return OptionalLong.empty();
        }
        Bill bill = bill(usage);
        return bill.isComplete() ? OptionalLong.of(bill.nanoUsd()) : OptionalLong.empty();
    }

    /**
     * The part of the cost whose prices are known, in billionths of a US dollar: what can be charged to a budget where
     * {@link #cost} is unknown. The standard prices count for a mode without prices.
     */
    public long knownCost(Usage usage) {
        return usage.known() ? bill(usage).nanoUsd() : 0;
    }

    /** The rates for a prompt of this length. */
    public Rates ratesFor(long promptTokens) {
        Rates rates = base;
        for (Tier tier : tiers) {
            if (promptTokens > tier.above()) {
                rates = tier.rates();
            }
        }
        return rates;
    }

    /** The rates for a prompt of this length in these modes; modes without prices change nothing. */
    public Rates ratesFor(long promptTokens, Set<String> inModes) {
        Rates rates = ratesFor(promptTokens);
        for (String name : inModes) {
            Mode mode = modes.get(name);
            rates = mode == null ? rates : mode.of(rates, base);
        }
        return rates;
    }

    /**
     * The highest prices that a request may have, for its reservation. A service tier that is not available is served
     * as the standard one, so both count.
     *
     * @param asked the modes that it asks for
     * @param hourWrites whether it asks for a cache of an hour
     * @param withAudio whether its prompt has audio
     */
    public ModelPrices highest(Set<String> asked, boolean hourWrites, boolean withAudio) {
        boolean media = base.image().output() != NONE || base.audio().output() != NONE || withAudio && hasAudioInput();
        if (!media && !(hourWrites && hasHourWrites()) && Collections.disjoint(modes.keySet(), asked)) {
            return this;
        }
        return new ModelPrices(
                highest(base, asked, hourWrites, withAudio),
                tiers.stream()
                        .map(tier -> new Tier(tier.above(), highest(tier.rates(), asked, hourWrites, withAudio)))
                        .toList());
    }

    private Rates highest(Rates standard, Set<String> asked, boolean hourWrites, boolean withAudio) {
        Rates rates = standard;
        for (String name : asked) {
            Mode mode = modes.get(name);
            rates = mode == null ? rates : rates.highest(mode.of(rates, base));
        }
        return new Rates(
                Math.max(rates.input(), withAudio ? rates.audio().input() : NONE),
                Math.max(
                        rates.output(),
                        Math.max(rates.audio().output(), rates.image().output())),
                rates.cacheRead(),
                Math.max(rates.cacheWrite(), hourWrites ? rates.hourWrite() : NONE));
    }

    /** Whether a cache of an hour has a price of its own. */
    public boolean hasHourWrites() {
        return base.hourWrite() != NONE;
    }

    /** Whether audio in a prompt has a price of its own. */
    public boolean hasAudioInput() {
        return base.audio().input() != NONE;
    }

    /** Whether the prices of these modes are known. What is free is free in all of them. */
    public boolean knowsModes(Set<String> inModes) {
        return inModes.isEmpty() || modes.keySet().containsAll(inModes) || isFree();
    }

    private boolean isFree() {
        return base.input() == 0 && base.output() == 0;
    }

    private Bill bill(Usage usage) {
        UsageDetails details = usage.details();
        Rates rates = ratesFor(usage.promptTokens());
        Bill bill = new Bill();
        if (details == UsageDetails.NONE || isFree()) {
            long read = Math.min(usage.cachedTokens(), usage.promptTokens());
            long written = Math.min(usage.cacheWriteTokens(), usage.promptTokens() - read);
            bill.add(usage.promptTokens() - read - written, rates.input());
            bill.add(read, or(rates.cacheRead(), rates.input()));
            bill.add(written, or(rates.cacheWrite(), rates.input()));
            bill.add(usage.completionTokens(), rates.output());
            return bill;
        }
        if (!knowsModes(details.modes())) {
            bill.unknownPart();
        }
        addDetailed(bill, usage, details, ratesFor(usage.promptTokens(), details.modes()));
        details.toolCalls().forEach((tool, calls) -> bill.addNano(calls, toolCalls.getOrDefault(tool, NONE)));
        return bill;
    }

    private static void addDetailed(Bill bill, Usage usage, UsageDetails details, Rates rates) {
        long read = Math.min(usage.cachedTokens(), usage.promptTokens());
        long written = Math.min(usage.cacheWriteTokens(), usage.promptTokens() - read);
        long hour = Math.min(details.hourWrites(), written);
        bill.add(written - hour, or(rates.cacheWrite(), rates.input()));
        bill.add(hour, rates.hourWrite());
        Media audio = new Media(details.audio(), rates.audio());
        Media image = new Media(details.images(), rates.image());
        boolean only = details.onlyMedia();
        long textRead = read;
        long fresh = usage.promptTokens() - read - written;
        long output = usage.completionTokens();
        textRead -= bill.addSome(audio.cached(), textRead, or(audio.cacheRead(), only ? rates.cacheRead() : NONE));
        textRead -= bill.addSome(image.cached(), textRead, or(image.cacheRead(), or(rates.cacheRead(), rates.input())));
        fresh -= bill.addSome(audio.fresh(), fresh, or(audio.input(), only ? rates.input() : NONE));
        // Where images of a prompt have no price of their own, providers bill their tokens as text.
        fresh -= bill.addSome(image.fresh(), fresh, or(image.input(), rates.input()));
        output -= bill.addSome(audio.output(), output, or(audio.outputRate(), only ? rates.output() : NONE));
        output -= bill.addSome(image.output(), output, or(image.outputRate(), only ? rates.output() : NONE));
        bill.add(textRead, or(rates.cacheRead(), rates.input()));
        bill.add(fresh, rates.input());
        bill.add(output, rates.output());
    }

    /** The counts of one modality with its rates. */
    private record Media(MediaCounts counts, MediaRates rates) {

        long cached() {
            return Math.min(counts.cached(), counts.input());
        }

        long fresh() {
            return counts.input() - cached();
        }

        long output() {
            return counts.output();
        }

        long input() {
            return rates.input();
        }

        long cacheRead() {
            return or(rates.cacheRead(), rates.input());
        }

        long outputRate() {
            return rates.output();
        }
    }

    private static long or(long rate, long fallback) {
        return rate == NONE ? fallback : rate;
    }

    private static long scaled(long rate, double factor) {
        return rate == NONE ? NONE : Math.round(rate * factor);
    }
}
