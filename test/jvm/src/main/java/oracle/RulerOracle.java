package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Ruler;

/**
 * Reads lines {@code {"event": {...}, "pattern": {...}}} and answers each with a line: {@code true}, {@code false}, or
 * {@code error} and why the pattern was refused.
 */
public final class RulerOracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RulerOracle() {
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(JSON.readTree(line)));
            if (!in.ready()) {
                out.flush();
            }
        }
        out.flush();
    }

    private static String answer(JsonNode question) {
        try {
            return String.valueOf(Ruler.matchesRule(question.get("event").toString(), question.get("pattern").toString()));
        } catch (Exception refused) {
            return "error " + String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
        }
    }
}
