System.Console.WriteLine("responder");
