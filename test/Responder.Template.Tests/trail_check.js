// Reads {"definition", "cases": [answer of GetTrailStatus…], "entered"} from stdin and prints, for each case, the state in which the state machine ends.
// Only what the machine of template.yaml uses is understood: a Task, a Choice, and states that end. Exit code 3: no JSONata here.
const { execSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");

function load() {
  try {
    return require("jsonata");
  } catch {
    try {
      return require(path.join(execSync("npm root -g", { stdio: ["ignore", "pipe", "ignore"] }).toString().trim(), "jsonata"));
    } catch {
      process.exit(3);
    }
  }
}

const jsonata = load();
const { definition, cases, entered } = JSON.parse(readFileSync(0, "utf8"));

function evaluate(text, variables) {
  const expression = /^\{%([\s\S]*)%\}$/.exec(text);
  if (!expression) throw new Error("no JSONata: " + text);
  return jsonata(expression[1]).evaluate(null, variables);
}

async function end(answer) {
  const context = { State: { EnteredTime: entered } };
  const assigned = {};
  let name = definition.StartAt;
  let input = {};
  for (;;) {
    const state = definition.States[name];
    if (state.Type === "Task") {
      const states = { input, result: answer, context };
      for (const [variable, text] of Object.entries(state.Assign ?? {})) assigned[variable] = await evaluate(text, { states });
      input = await evaluate(state.Output, { states });
      name = state.Next;
    } else if (state.Type === "Choice") {
      let next = state.Default;
      for (const choice of state.Choices) {
        const holds = await evaluate(choice.Condition, { ...assigned, states: { input, context } });
        if (typeof holds !== "boolean") throw new Error(choice.Condition + " is " + holds); // Step Functions fails then
        if (holds) {
          next = choice.Next;
          break;
        }
      }
      name = next;
    } else {
      return name;
    }
  }
}

(async () => {
  for (const answer of cases) console.log(await end(answer));
})();
