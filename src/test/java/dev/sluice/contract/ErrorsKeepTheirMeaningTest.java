package dev.sluice.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Fleet.Running.class)
class ErrorsKeepTheirMeaningTest {
    @Test
    void draft(Fleet fleet) throws Exception {
        StringBuilder out = new StringBuilder();
        for (Errors.Case c : Errors.cases()) {
            Row row = fleet.row(c.row());
            String model = c.provider() + "/" + row.model();
            for (boolean stream : new boolean[] {false})
                try {
                    Api api = c.client().equals("openai")
                            ? new ChatApi(fleet.openai())
                            : new MessagesApi(fleet.anthropic());
                    out.append(c + " ")
                            .append(api.ask(Question.of(model, "fault: " + c.fault()), stream)
                                            .said() + "\n");
                } catch (com.openai.errors.OpenAIServiceException e) {
                    out.append(c + " " + e.getClass().getSimpleName() + " " + e.statusCode() + " " + e.code() + " "
                            + e.body() + "\n");
                } catch (com.anthropic.errors.AnthropicServiceException e) {
                    out.append(c + " " + e.getClass().getSimpleName() + " " + e.statusCode() + " " + e.errorType() + " "
                            + e.body() + "\n");
                }
        }
        java.nio.file.Files.writeString(java.nio.file.Path.of("target/draft-errors.txt"), out);
    }
}
