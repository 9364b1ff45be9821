package dev.sluice.protocol.media;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Upload;
import dev.sluice.model.Upload.PartKind;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens that a request for images or for a transcript may be billed for, as far as its parameters and the length
 * of its upload tell.
 *
 * @param maxPrompt upper bound of the prompt
 * @param perOutput upper bound of one image or transcript
 * @param outputs the number of images; 1 for a transcript
 * @param audioBytes length of the upload of a transcript, else 0
 */
public record MediaTokens(long maxPrompt, long perOutput, int outputs, long audioBytes) {

    /**
     * Pixels per token of GPT Image, from OpenAI's guide to image generation: 1,024 x 1,024 pixels are 272 tokens in
     * quality low, 1,056 in medium and 4,160 in high; other sizes are in proportion to their area.
     */
    private static final double LOW = 3_855;

    private static final double MEDIUM = 992.9;
    private static final double HIGH = 252;
    /** No image is cheaper than one of this area. */
    private static final long SMALLEST_AREA = 1024 * 1024;
    /** The largest of the sizes from which {@code auto} chooses. */
    private static final long USUAL_AREA = 1536 * 1024;
    /** The largest image that OpenAI documents, for sizes that cannot be read. */
    private static final long LARGEST_AREA = 3840 * 2160;
    /** Each partial image of a stream, from the same guide. */
    private static final int PARTIAL_IMAGE = 100;

    private static final int MOST_PARTIAL_IMAGES = 3;
    /** OpenAI's highest {@code n}, for a number that cannot be read. */
    private static final int MOST_IMAGES = 10;

    /** MP3 has no lower bit rate than 8 kbit/s, and other formats are hardly intelligible below. */
    private static final int LEAST_AUDIO_BYTES_PER_SECOND = 1_000;
    /** 128 kbit/s. */
    private static final int USUAL_AUDIO_BYTES_PER_SECOND = 16_000;
    /** OpenAI bills about 1,000 tokens for a minute of audio, Mistral 750. */
    private static final int AUDIO_TOKENS_PER_SECOND = 17;
    /** Of fast speech in a script with several tokens for each word. */
    private static final int SPOKEN_TOKENS_PER_SECOND = 10;

    private static final int USUAL_SPOKEN_TOKENS_PER_SECOND = 4;
    /** What a model may write about a moment of noise. */
    private static final int LEAST_TRANSCRIPT = 256;

    /** In bytes: no value of these parameters is longer. */
    private static final int LONGEST_VALUE = 64;

    private static final String UNREADABLE = "?";

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{1,4})x([1-9][0-9]{1,4})");

    /** Null for other surfaces. */
    public static MediaTokens of(ClientRequest request) {
        return switch (request.surface()) {
            case IMAGES, IMAGE_EDITS ->
                new MediaTokens(imagePrompt(request), perImage(request), count(request, "n", 1, MOST_IMAGES), 0);
            case TRANSCRIPTIONS, TRANSLATIONS -> ofAudio(request);
            default -> null;
        };
    }

    /** These bounds for models whose own limits are known; 0 is unknown. */
    public MediaTokens within(long contextTokens, long maxOutputTokens) {
        return audioBytes == 0
                ? this
                : new MediaTokens(
                        contextTokens == 0 ? maxPrompt : Math.min(maxPrompt, contextTokens),
                        maxOutputTokens == 0 ? perOutput : Math.min(perOutput, maxOutputTokens),
                        outputs,
                        audioBytes);
    }

    /** The usage of a response whose provider did not report it. */
    public Usage estimate() {
        if (audioBytes == 0) {
            return new Usage(Math.max(1, maxPrompt / TokenEstimates.BYTES_PER_TOKEN), perOutput * outputs, 0, 0, true);
        }
        return new Usage(
                1 + audioBytes * AUDIO_TOKENS_PER_SECOND / USUAL_AUDIO_BYTES_PER_SECOND,
                1 + audioBytes * USUAL_SPOKEN_TOKENS_PER_SECOND / USUAL_AUDIO_BYTES_PER_SECOND,
                0,
                0,
                true);
    }

    private static MediaTokens ofAudio(ClientRequest request) {
        Upload upload = request.relay() == null ? null : request.relay().upload();
        long bytes = upload == null ? request.body().length() : upload.length();
        return new MediaTokens(
                TokenEstimates.MEDIA_TOKENS + bytes * AUDIO_TOKENS_PER_SECOND / LEAST_AUDIO_BYTES_PER_SECOND,
                LEAST_TRANSCRIPT + bytes * SPOKEN_TOKENS_PER_SECOND / LEAST_AUDIO_BYTES_PER_SECOND,
                1,
                Math.max(1, bytes));
    }

    /** The bytes of all texts, and a usual amount for each file. */
    private static long imagePrompt(ClientRequest request) {
        long text = request.body().length();
        long files = 0;
        if (request.relay() != null && request.relay().upload() != null) {
            for (Upload.Part part : request.relay().upload().parts()) {
                boolean file = part.kind() == PartKind.FILE;
                files += file ? 1 : 0;
                text += file ? 0 : part.valueEnd() - part.valueStart();
            }
        } else if (Multipart.isForm(request)) {
            for (Member member : request.members()) {
                files += member.typed() ? 1 : 0;
                text -= member.typed() ? member.valueEnd() - member.valueStart() : 0;
            }
        }
        return text + files * TokenEstimates.MEDIA_TOKENS;
    }

    private static long perImage(ClientRequest request) {
        double pixelsPerToken = switch (text(request, "quality")) {
            case "low" -> LOW;
            case "medium" -> MEDIUM;
            // No figures are published: assumed to double with each step.
            case "xhigh" -> HIGH / 2;
            case "max" -> HIGH / 4;
            default -> HIGH;
        };
        int partial = count(request, "partial_images", 0, MOST_PARTIAL_IMAGES);
        return (long) Math.ceil(area(text(request, "size")) / pixelsPerToken) + (long) partial * PARTIAL_IMAGE;
    }

    private static long area(String size) {
        if (size.isEmpty() || size.equals("auto")) {
            return USUAL_AREA;
        }
        Matcher sides = SIZE.matcher(size);
        return sides.matches()
                ? Math.max(SMALLEST_AREA, Long.parseLong(sides.group(1)) * Long.parseLong(sides.group(2)))
                : LARGEST_AREA;
    }

    /** A whole number in any notation. */
    private static int count(ClientRequest request, String name, int absent, int unreadable) {
        String text = text(request, name);
        if (text.isEmpty()) {
            return absent;
        }
        byte[] digits = (text.startsWith("+") ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8);
        long number = Json.wholeNumber(digits, 0, digits.length);
        return number == 0 ? unreadable : (int) Math.min(number, Integer.MAX_VALUE);
    }

    /** The value in lower case without quotes and spaces; empty when it is absent or null. */
    private static String text(ClientRequest request, String name) {
        String value;
        if (request.relay() != null && request.relay().upload() != null) {
            value = request.relay().upload().fields().getOrDefault(name, "");
        } else {
            Member member = request.member(name);
            value = member == null ? "" : value(request, member);
        }
        return value.strip().toLowerCase(Locale.ROOT);
    }

    private static String value(ClientRequest request, Member member) {
        byte[] bytes = request.body().array();
        int length = member.valueEnd() - member.valueStart();
        if (length > LONGEST_VALUE) {
            return UNREADABLE;
        }
        boolean json = !Multipart.isForm(request);
        if (json && bytes[member.valueStart()] == '"') {
            return JsonScanner.text(bytes, member.valueStart(), member.valueEnd());
        }
        String text = new String(bytes, member.valueStart(), length, StandardCharsets.UTF_8);
        return json && text.equals("null") ? "" : text;
    }
}
