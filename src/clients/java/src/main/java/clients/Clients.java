package clients;

import clients.Runner.Client;
import java.util.List;
import java.util.Map;

/** Runs the cells of the plan with the Java libraries of OpenAI and Anthropic, and with langchain4j. */
public final class Clients {

    private static final List<Client> CLIENTS = List.of(
            new Client("openai-java", "chat", OpenAiCases::chatStream, OpenAiCases.CHAT),
            new Client(
                    "openai-java",
                    "responses",
                    call -> OpenAiCases.responsesStream(call, false),
                    OpenAiCases.RESPONSES),
            new Client("openai-java strict", "responses", call -> OpenAiCases.responsesStream(call, true), Map.of()),
            new Client("anthropic-java", "messages", AnthropicCases::stream, AnthropicCases.MESSAGES),
            new Client("langchain4j", "chat", LangchainCases::stream, LangchainCases.CASES),
            new Client("langchain4j", "responses", LangchainCases::stream, LangchainCases.CASES),
            new Client("langchain4j", "messages", LangchainCases::stream, LangchainCases.CASES));

    private static int status(Throwable error) {
        return error.getClass().getSimpleName().equals("BadRequestException") ? 400 : LangchainCases.status(error);
    }

    public static void main(String[] args) throws Exception {
        new Runner(CLIENTS, "j", Clients::status).run();
    }
}
