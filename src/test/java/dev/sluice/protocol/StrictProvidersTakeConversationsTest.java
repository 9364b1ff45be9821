package dev.sluice.protocol;

import static dev.sluice.protocol.StrictProvidersTakeRequestsTest.named;

import dev.sluice.model.Surface;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with tools and reasoning of other providers, and formats with tools, that providers refused as Sluice
 * once sent them. Sources as in {@link StrictProvidersTakeRequestsTest}.
 */
class StrictProvidersTakeConversationsTest {

    private static final String CALL = "{'id':'now','type':'function','function':{'name':'now','arguments':'{}'}}";
    private static final String EQUAL_IDS = "'messages':[{'role':'user','content':'q'},{'role':'assistant','content':"
            + "null,'tool_calls':[" + CALL + "," + CALL + "]},{'role':'tool','tool_call_id':'now','content':'one'},"
            + "{'role':'tool','tool_call_id':'now','content':'two'},{'role':'assistant','tool_calls':[" + CALL + "]},"
            + "{'role':'tool','tool_call_id':'now','content':'three'}]";
    /** A response that was cut by its limit, as the client has it in its history from then on. */
    private static final String CUT_CALL =
            "'messages':[{'role':'user','content':'q'},{'role':'assistant','content':null,"
                    + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'now','arguments':'[1'}}]},"
                    + "{'role':'tool','tool_call_id':'c1','content':'no JSON'}]";

    private static final String PICTURE =
            "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'iVBORw0KGgo='}}";
    private static final String PICTURES =
            "'max_tokens':9,'messages':[{'role':'user','content':'q'},{'role':'assistant',"
                + "'content':[{'type':'tool_use','id':'A','name':'f','input':{}},{'type':'tool_use','id':'B','name':'f',"
                + "'input':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'A','content':'a'},{'type':"
                + "'tool_result','tool_use_id':'B','content':[" + PICTURE + "]},{'type':'text','text':'t'}]}]";
    private static final String REASONED =
            "'messages':[{'role':'user','content':'q'},{'role':'assistant','content':'a',"
                + "'reasoning_content':'plan','reasoning_details':[{'type':'reasoning.encrypted','data':'e','format':"
                + "'sluice/gemini'}],'tool_calls':[{'id':'c1','type':'function','function':{'name':'now','arguments':'{}'},"
                + "'extra_content':{'google':{'thought_signature':'U0lH'}}}]},{'role':'tool','tool_call_id':'c1','content':"
                + "'noon'},{'role':'assistant','content':'b','reasoning_content':'p'},{'role':'assistant','content':null,"
                + "'reasoning':'p'},{'role':'user','content':'r'}]";
    private static final String FORMAT_AND_TOOLS =
            "'messages':[{'role':'user','content':'q'}],'response_format':{'type':"
                + "'json_schema','json_schema':{'name':'o','schema':{'type':'object','properties':{'a':{'type':'string'}}}}},"
                    + StrictProvidersTakeRequestsTest.CALLS.replace("#", "{'type':'object','properties':{}}");

    static Stream<Named<StrictProvidersTakeRequestsTest.Case>> cases() {
        return Stream.of(
                named(
                        "vLLM knows no effort none: its templates switch reasoning off",
                        Surface.MESSAGES,
                        "vllm",
                        "qwen3",
                        "'max_tokens':9,'thinking':{'type':'disabled'},'messages':[{'role':'user'," + "'content':'q'}]",
                        "/reasoning_effort\n/chat_template_kwargs {'enable_thinking':false}",
                        "thinking->chat_template_kwargs.enable_thinking"),
                named(
                        "gpt-oss always reasons: low is the least",
                        Surface.MESSAGES,
                        "openai_compatible",
                        "openai/gpt-oss-120b",
                        "'max_tokens':9,'thinking':{'type':'disabled'},'messages':[{'role':'user'," + "'content':'q'}]",
                        "/reasoning_effort 'low'",
                        "thinking=low"),
                named(
                        "Groq's Responses take text as the result of a call, its Chat Completions pictures after it",
                        Surface.RESPONSES,
                        "groq",
                        "openai/gpt-oss-120b",
                        "'input':[{'role':'user','content':'q'},{'type':'function_call','call_id':'c',"
                                + "'name':'f','arguments':'{}'},{'type':'function_call_output','call_id':'c',"
                                + "'output':[{'type':'input_image','image_url':'https://a/b.png'}]}]",
                        "/messages/2/role 'tool'\n/messages/3/content/0/image_url/url 'https://a/b.png'",
                        ""),
                named(
                        "so do pictures that a Messages client with thinking sends to Groq",
                        Surface.MESSAGES,
                        "groq",
                        "openai/gpt-oss-120b",
                        "'thinking':{'type':'enabled','budget_tokens':2000}," + PICTURES,
                        "/messages/3/role 'tool'\n"
                                + "/messages/4/content/0/type 'text'\n"
                                + "/messages/4/content/1/type 'image_url'",
                        "thinking=low"),
                named(
                        "equal ids of calls: Anthropic refuses them",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        EQUAL_IDS,
                        "/messages/1/content/0/id 'now'\n/messages/1/content/1/id 'now_2'\n"
                                + "/messages/2/content [{'type':'tool_result','tool_use_id':'now','content':'one'},"
                                + "{'type':'tool_result','tool_use_id':'now_2','content':'two'}]\n"
                                + "/messages/3/content/0/id 'now_3'",
                        ""),
                named(
                        "equal ids of calls: Gemini wants a response for each",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-2.5-pro",
                        EQUAL_IDS,
                        "/contents/2/parts/0/functionResponse/response {'result':'one'}\n"
                                + "/contents/2/parts/1/functionResponse/response {'result':'two'}",
                        ""),
                named(
                        "arguments that are no object: Anthropic",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        CUT_CALL,
                        "/messages/1/content/0/input {'_raw':'[1'}\n/messages/2/content/0/tool_use_id 'c1'",
                        "messages.tool_calls.arguments=_raw"),
                named(
                        "arguments that are no object: Gemini",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-2.5-pro",
                        CUT_CALL,
                        "/contents/1/parts/0/functionCall/args {'_raw':'[1'}\n"
                                + "/contents/2/parts/0/functionResponse/response {'result':'no JSON'}",
                        "messages.tool_calls.arguments=_raw"),
                named(
                        "the picture of one of several results has the id of its call: Gemini",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-pro",
                        PICTURES,
                        "/contents/2/parts/1/functionResponse/id 'B'\n/contents/2/parts/2 {'text':'(from the result of"
                                + " B)'}\n/contents/2/parts/3/inlineData/mimeType 'image/png'\n"
                                + "/contents/2/parts/4 {'text':'t'}",
                        ""),
                named(
                        "the picture of one of several results has the id of its call: Cohere",
                        Surface.MESSAGES,
                        "cohere",
                        "command-a-vision-07-2025",
                        PICTURES,
                        "/messages/2/content 'a'\n/messages/3/content '(see the next message)'\n"
                                + "/messages/4/content/0 {'type':'text','text':'(from the result of B)'}\n"
                                + "/messages/4/content/1/type 'image_url'\n/messages/5/content 't'",
                        ""),
                named(
                        "Cohere refuses a message of the user without a token; pydantic-ai sends one",
                        Surface.CHAT_COMPLETIONS,
                        "cohere",
                        "command-a-03-2025",
                        "'messages':[{'role':'system','content':'s'},{'role':'user','content':''}]",
                        "/messages/1 {'role':'user','content':'.'}",
                        "messages.1=user"),
                named(
                        "OpenAI knows no reasoning of others, where bytes pass",
                        Surface.CHAT_COMPLETIONS,
                        "openai",
                        "gpt-4o",
                        REASONED,
                        "/messages/1 {'role':'assistant','content':'a','tool_calls':[{'id':'c1','type':'function',"
                                + "'function':{'name':'now','arguments':'{}'}}]}\n/messages/3/content 'b'",
                        "messages.reasoning messages.thought_signature"),
                named(
                        "a compatible provider may want its own back: Kimi and DeepSeek do",
                        Surface.CHAT_COMPLETIONS,
                        "openai_compatible",
                        "kimi-k3",
                        "'messages':[{'role':'user','content':'q'},{'role':'assistant','content':'a','reasoning_content':"
                            + "'plan'},{'role':'user','content':'r'}]",
                        "/messages/1/reasoning_content 'plan'",
                        ""),
                named(
                        "the same of a Messages client",
                        Surface.MESSAGES,
                        "openai_compatible",
                        "kimi-k3",
                        "'max_tokens':9,'messages':[{'role':'user','content':'q'},{'role':'assistant','content':[{'type':"
                            + "'thinking','thinking':'plan','signature':'sluice1.e30'},{'type':'text','text':'a'}]},"
                            + "{'role':'user','content':'r'}]",
                        "/messages/1/reasoning_content 'plan'",
                        ""),
                named(
                        "a message of thinking alone has no content, which OpenAI refuses",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        "'max_tokens':9,'messages':[{'role':'user','content':'q'},{'role':'assistant','content':[{'type':"
                            + "'thinking','thinking':'plan','signature':'U0lH'}]},{'role':'user','content':'r'}]",
                        "/messages/1 {'role':'user','content':'r'}",
                        "messages.thinking"),
                named(
                        "the words of a search result are the tool's result",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        "'max_tokens':9,'messages':[{'role':'user','content':'q'},{'role':'assistant','content':[{'type':"
                            + "'tool_use','id':'c1','name':'f','input':{}}]},{'role':'user','content':[{'type':"
                            + "'tool_result','tool_use_id':'c1','content':[{'type':'search_result','source':'s','title':"
                            + "'t','content':[{'type':'text','text':'FOUND'}]}]}]}]",
                        "/messages/2 {'role':'tool','tool_call_id':'c1','content':'t\\ns\\nFOUND'}\n/messages/3",
                        ""),
                named(
                        "Cohere takes a plain text document as text",
                        Surface.MESSAGES,
                        "cohere",
                        "command-a-03-2025",
                        "'max_tokens':9,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'text',"
                            + "'media_type':'text/plain','data':'words'}}]}]",
                        "/messages/0/content 'words'",
                        ""),
                named(
                        "Cohere takes no response format together with tools",
                        Surface.CHAT_COMPLETIONS,
                        "cohere",
                        "command-a-03-2025",
                        FORMAT_AND_TOOLS,
                        "/response_format\n/messages/0/role 'system'\n/messages/1/role 'user'",
                        "response_format=instruction"),
                named(
                        "Gemini 2.5 takes no response format together with tools",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-2.5-flash",
                        FORMAT_AND_TOOLS,
                        "/generationConfig/responseMimeType\n/systemInstruction/parts/1",
                        "response_format=instruction"),
                named(
                        "Gemini 3 does",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-3-pro-preview",
                        FORMAT_AND_TOOLS,
                        "/generationConfig/responseMimeType 'application/json'\n/systemInstruction",
                        ""),
                named(
                        "Google's alias of a Gemini that wants signatures",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-flash-latest",
                        EQUAL_IDS,
                        "/contents/1/parts/0/thoughtSignature 'skip_thought_signature_validator'",
                        "messages.tool_calls.signature=none"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theProviderTakesIt(StrictProvidersTakeRequestsTest.Case one) {
        StrictProvidersTakeRequestsTest.check(one);
    }
}
