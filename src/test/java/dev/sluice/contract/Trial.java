package dev.sluice.contract;

import com.anthropic.errors.AnthropicServiceException;
import com.openai.errors.OpenAIServiceException;
import dev.sluice.contract.Cell.Outcome;
import java.util.List;
import java.util.UUID;

/** Asks for one feature and finds out what became of it. */
final class Trial {

    private final Row row;
    private final Api api;
    private final Feature feature;
    private final String marker = "marker-" + UUID.randomUUID();

    Trial(Row row, Api api, Feature feature) {
        this.row = row;
        this.api = api;
        this.feature = feature;
    }

    Cell run() {
        if (!api.canAsk(feature)) {
            return Cell.of(Outcome.ABSENT);
        }
        Question question = feature.question(row, api, marker);
        try {
            Answer whole = api.ask(question, false);
            if (feature.way == Feature.Way.WHOLE) {
                return judged(whole);
            }
            Answer streamed = api.ask(question, true);
            if (!streamed.said().equals(whole.said()) || !streamed.dropped().equals(whole.dropped())) {
                return Cell.failed("streamed " + streamed + "\n  but whole " + whole);
            }
            if (feature == Feature.CONVERSATION) {
                goesOn(question, whole, false);
                goesOn(question, streamed, true);
            }
            return judged(streamed);
        } catch (OpenAIServiceException refused) {
            return refused(refused.statusCode(), refused.param().orElse("") + " " + refused.body());
        } catch (AnthropicServiceException refused) {
            return refused(refused.statusCode(), String.valueOf(refused.body()));
        } catch (RuntimeException | AssertionError failed) {
            return Cell.failed(feature + " " + failed);
        }
    }

    private Cell judged(Answer answer) {
        List<String> dropped =
                answer.dropped().stream().filter(name -> !name.contains("->")).toList();
        if (!dropped.stream().allMatch(feature::isNamedBy)) {
            return Cell.failed("dropped, but not requested: " + dropped);
        }
        if (!dropped.isEmpty()) {
            boolean works = feature.came(row, api, answer, markerSeen()) || feature.restCame(answer);
            return works
                    ? new Cell(Outcome.DROPPED, dropped.toString())
                    : Cell.failed("dropped " + dropped + ", but the response was " + answer.said());
        }
        if (feature.came(row, api, answer, markerSeen())) {
            return Cell.of(Outcome.OK);
        }
        return feature.isAbsent(answer) ? Cell.of(Outcome.ABSENT) : Cell.failed("came " + answer.said());
    }

    private Cell refused(int status, String words) {
        return status == 400 && feature.isNamedBy(words) ? Cell.of(Outcome.REFUSED) : Cell.failed(status + " " + words);
    }

    private boolean markerSeen() {
        return feature == Feature.SYSTEM
                && row.mock().requests().stream()
                        .anyMatch(seen -> seen.raw().toString().contains(marker));
    }

    /** Results of both calls, another call, and its result. */
    private void goesOn(Question asked, Answer calls, boolean stream) {
        Answer told = api.ask(asked.found(calls, "sunny", "noon"), stream);
        is(told.text(), "results: sunny, noon");
        Answer again = api.ask(asked.next(told, "call time"), stream);
        is(again.said().calls().toString(), "[time{\"city\":\"Paris\"}]");
        is(api.ask(asked.found(again, "midnight"), stream).text(), "results: midnight");
    }

    private static void is(String came, String expected) {
        if (!came.equals(expected)) {
            throw new AssertionError("came \"" + came + "\" instead of \"" + expected + "\"");
        }
    }
}
