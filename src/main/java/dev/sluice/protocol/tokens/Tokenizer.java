package dev.sluice.protocol.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The token counting of a model family. Sluice has its own table, since jtokkit's maps gpt-4.1 to an older encoding and
 * lacks later models. OpenAI's encodings are tiktoken's of 2026-08-16.
 *
 * @param encoding null for families without a similar public vocabulary: characters are counted
 * @param factor multiplier of the encoding's count
 * @param charactersPerToken used without an encoding
 */
record Tokenizer(EncodingType encoding, double factor, double charactersPerToken, boolean estimated) {

    /** Loads an encoding at its first use, about 0.2 s for the largest; shared by all threads. */
    private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

    private static final double CJK_CHARACTERS_PER_TOKEN = 1.5;

    private static final Tokenizer O200K = exact(EncodingType.O200K_BASE);
    private static final Tokenizer CL100K = exact(EncodingType.CL100K_BASE);
    private static final Tokenizer CHARACTERS = new Tokenizer(null, 1, 3.5, true);

    /** Claude has no public tokenizer. It counts more tokens than OpenAI, from 4.7 on still more. */
    private static final Tokenizer CLAUDE = approximate(1.25);

    private static final Tokenizer CLAUDE_4_7 = approximate(1.35);

    private static final Pattern CLAUDE_VERSION =
            Pattern.compile("claude-(?:opus|sonnet|haiku|fable)-(\\d{1,2})(?:[-.](\\d{1,2}))?(?!\\d).*");

    private record Family(String prefix, Tokenizer tokenizer) {}

    /** The first matching prefix counts. */
    private static final List<Family> FAMILIES = List.of(
            new Family("gpt-4o", O200K),
            new Family("gpt-4.1", O200K),
            new Family("gpt-4.5", O200K),
            new Family("gpt-5", O200K),
            new Family("chatgpt-4o", O200K),
            new Family("o1", O200K),
            new Family("o3", O200K),
            new Family("o4", O200K),
            // Harmony differs only in special tokens, which do not occur in text.
            new Family("gpt-oss", O200K),
            // Not in tiktoken when this was written.
            new Family("gpt-6", approximate(1)),
            new Family("gpt-4", CL100K),
            new Family("gpt-3.5", CL100K),
            new Family("gpt-35", CL100K),
            new Family("text-embedding-3", CL100K),
            new Family("text-embedding-ada-002", CL100K),
            new Family("davinci-002", CL100K),
            new Family("babbage-002", CL100K),
            new Family("text-davinci-003", exact(EncodingType.P50K_BASE)),
            new Family("text-davinci-002", exact(EncodingType.P50K_BASE)),
            new Family("gemini", new Tokenizer(null, 1, 4, true)),
            new Family("mistral", approximate(1.1)),
            new Family("ministral", approximate(1.1)),
            new Family("magistral", approximate(1.1)),
            new Family("codestral", approximate(1.1)));

    /** By the model's name after its last slash. */
    static Tokenizer of(String model) {
        String bare = model.substring(model.lastIndexOf('/') + 1);
        if (bare.startsWith("claude")) {
            Matcher version = CLAUDE_VERSION.matcher(bare);
            if (!version.matches()) {
                return CLAUDE;
            }
            int major = Integer.parseInt(version.group(1));
            int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
            return major > 4 || major == 4 && minor >= 7 ? CLAUDE_4_7 : CLAUDE;
        }
        for (Family family : FAMILIES) {
            if (bare.startsWith(family.prefix)) {
                return family.tokenizer;
            }
        }
        return CHARACTERS;
    }

    TokenCount count(String text) {
        if (encoding == null) {
            return new TokenCount(byCharacters(text), true);
        }
        // Not countTokens, which throws on text with <|endoftext|>.
        int tokens = REGISTRY.getEncoding(encoding).countTokensOrdinary(text);
        return new TokenCount((long) Math.ceil(tokens * factor), estimated);
    }

    private long byCharacters(String text) {
        long dense = text.codePoints().filter(Tokenizer::isDense).count();
        long others = text.codePointCount(0, text.length()) - dense;
        return (long) Math.ceil(dense / CJK_CHARACTERS_PER_TOKEN + others / charactersPerToken);
    }

    /** Scripts whose characters stand for a syllable or a word. */
    private static boolean isDense(int point) {
        return switch (Character.UnicodeScript.of(point)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
            default -> false;
        };
    }

    private static Tokenizer exact(EncodingType encoding) {
        return new Tokenizer(encoding, 1, 0, false);
    }

    private static Tokenizer approximate(double factor) {
        return new Tokenizer(EncodingType.O200K_BASE, factor, 0, true);
    }
}
