package dev.sluice.protocol.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;

/**
 * Counts tokens. Pure and safe for any thread. A million characters take about 50 ms as prose and up to half a second
 * as one word, and the first use of an encoding about 0.2 s more: count large prompts off the event loop.
 *
 * <p>The overhead of a conversation follows OpenAI's published recipe: 3 tokens for each message and 1 for its role, 3
 * for the start of the response.
 */
public final class TokenCounter {

    private static final int PER_MESSAGE = 4;
    private static final int PER_NAME = 1;
    private static final int RESPONSE_START = 3;
    private static final int PER_FUNCTION = 10;
    private static final int JSON_CHARACTERS_PER_TOKEN = 4;

    /** Images of the gpt-4o family: one low-resolution view; 85 and four tiles, as for 1024 by 1024 pixels. */
    private static final int IMAGE_LOW = 85;

    private static final int IMAGE = 765;
    /** For a file known only by URL or id: a page or two. */
    private static final int FILE = 1500;
    /** Base64 characters for one token: compressed sound, and files that are mostly text and layout. */
    private static final int AUDIO_CHARACTERS_PER_TOKEN = 2000;

    private static final int FILE_CHARACTERS_PER_TOKEN = 100;

    private final Tokenizer tokenizer;

    private TokenCounter(String model) {
        this.tokenizer = Tokenizer.of(model);
    }

    /**
     * Counts the whole prompt: messages, tools and response format. Images, audio, files, tools and schemas are counted
     * by rules of thumb, so a request with any of them is an estimate.
     *
     * @param model as the provider calls it
     */
    public static TokenCount of(String model, ChatRequest request) {
        TokenCounter tokens = new TokenCounter(model);
        TokenCount sum = new TokenCount(RESPONSE_START, false);
        for (ChatMessage message : request.messages()) {
            sum = sum.plus(tokens.message(message));
        }
        for (Tool tool : request.tools()) {
            sum = sum.plus(tokens.tool(tool));
        }
        ResponseFormat format = request.format();
        return format == null || format.schema() == null ? sum : sum.plus(json(format.schema(), 0));
    }

    private TokenCount message(ChatMessage message) {
        TokenCount sum = new TokenCount(PER_MESSAGE, false);
        if (message.name() != null) {
            sum = sum.plus(tokenizer.count(message.name())).plus(new TokenCount(PER_NAME, false));
        }
        for (ContentPart part : message.parts()) {
            sum = sum.plus(part(part));
        }
        return sum;
    }

    private TokenCount part(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> tokenizer.count(text.text());
            case ContentPart.Reasoning reasoning ->
                estimate(tokenizer.count(reasoning.text()).tokens());
            case ContentPart.Refusal refusal -> tokenizer.count(refusal.text());
            case ContentPart.ToolCall call ->
                estimate(tokenizer.count(call.name()).tokens()
                        + tokenizer.count(call.arguments()).tokens()
                        + PER_MESSAGE);
            case ContentPart.ToolResult result -> {
                TokenCount sum = new TokenCount(0, false);
                for (ContentPart piece : result.content()) {
                    sum = sum.plus(part(piece));
                }
                yield sum;
            }
            case ContentPart.Image image -> estimate("low".equals(image.detail()) ? IMAGE_LOW : IMAGE);
            case ContentPart.Audio audio -> source(audio.source(), AUDIO_CHARACTERS_PER_TOKEN);
            case ContentPart.Document document ->
                document.source().isText()
                        ? estimate(tokenizer.count(document.source().text()).tokens())
                        : source(document.source(), FILE_CHARACTERS_PER_TOKEN);
            case ContentPart.Native nativePart -> json(nativePart.block(), 0);
        };
    }

    private static TokenCount source(ContentPart.Source source, int charactersPerToken) {
        return estimate(source.data() == null ? FILE : source.data().length() / charactersPerToken + 1);
    }

    private TokenCount tool(Tool tool) {
        return switch (tool) {
            case Tool.Function function -> {
                String description = function.description() == null ? "" : function.description();
                TokenCount text = tokenizer.count(function.name() + " " + description);
                yield json(function.schema(), text.tokens() + PER_FUNCTION);
            }
            case Tool.Native nativeTool -> json(nativeTool.raw(), PER_FUNCTION);
        };
    }

    private static TokenCount json(JsonNode tree, long overhead) {
        return estimate(overhead + (tree == null ? 0 : tree.toString().length() / JSON_CHARACTERS_PER_TOKEN));
    }

    private static TokenCount estimate(long tokens) {
        return new TokenCount(tokens, true);
    }
}
