package clients;

import clients.Runner.Client;
import java.util.List;

/**
 * Runs the cells of the plan with Spring AI, whose release needs other versions of the libraries than those of Clients.
 */
public final class SpringClients {

    private static final List<Client> CLIENTS = List.of(
            new Client("spring-ai", "chat", SpringCases::stream, SpringCases.CHAT),
            new Client("spring-ai", "messages", SpringCases::stream, SpringCases.MESSAGES),
            new Client("spring-ai ChatClient", "chat", null, SpringChatClientCases.CASES),
            new Client("spring-ai ChatClient", "messages", null, SpringChatClientCases.CASES));

    public static void main(String[] args) throws Exception {
        new Runner(CLIENTS, "s", SpringCases::status).run();
    }
}
